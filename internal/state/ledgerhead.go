package state

import (
	"context"
	"database/sql"

	"archwire/internal/serve/ledger"
)

var _ ledger.Anchors = (*Store)(nil)

// SaveHead remembers how far a chain of the ledger of disclosures went.
func (s *Store) SaveHead(ctx context.Context, h ledger.Head) error {
	_, err := s.write.ExecContext(ctx, `insert into ledger_head (chain, seq, link, at) values ($1, $2, $3, $4)
		on conflict (chain) do update set seq = excluded.seq, link = excluded.link, at = excluded.at`,
		h.Chain, int64(h.Seq), h.Link, timeText(h.At)) //nolint:gosec // lines are counted one by one
	return s.classify("remembering the ledger's head", err)
}

// Heads lists the heads of all chains, by their names.
func (s *Store) Heads(ctx context.Context) (heads []ledger.Head, err error) {
	defer func() { err = s.classify("reading the ledger's heads", err) }()
	rows, err := s.read.QueryContext(ctx, "select chain, seq, link, at from ledger_head order by chain")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		var h ledger.Head
		var seq int64
		var at sql.NullString
		if err := rows.Scan(&h.Chain, &seq, &h.Link, &at); err != nil {
			return nil, err
		}
		h.Seq = uint64(seq) //nolint:gosec // as SaveHead wrote it
		if h.At, err = parseTime(at); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, rows.Err()
}
