package sqlserver

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A snapshot is what a reader's transaction can tell of the rows that it sees.
type snapshot struct {
	at      time.Time // before it began: whatever was committed by then is seen
	text    string    // at, as the server writes it, to 100 ns
	version string    // of change tracking; "" where it has none, or may be another
	asked   string    // the version before it began, of which it lacks nothing; "" where there is none
	least   string    // no rowversion below it is given to what was not committed before; "" where that is not known
	seen    bool      // the rest is known
	number  int64     // of the transaction
	active  []int64   // that had begun and not ended when it did, sorted
}

// timeForm is a time as CONVERT writes it in style 126.
const timeForm = "2006-01-02T15:04:05.999999999"

const (
	beginSQL    = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION"
	rollbackSQL = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"
	instantSQL  = "SELECT CONVERT(varchar(33), SYSUTCDATETIME(), 126), CONVERT(varchar(20), CHANGE_TRACKING_CURRENT_VERSION()), " +
		"CONVERT(varchar(20), CONVERT(bigint, MIN_ACTIVE_ROWVERSION()))"
	numberSQL = "SELECT CONVERT(varchar(20), t.transaction_sequence_num) FROM sys.dm_tran_current_transaction AS t"
	activeSQL = "SELECT CONVERT(varchar(20), a.transaction_sequence_num) FROM sys.dm_tran_current_snapshot AS a"

	// touchableSQL finds a table to read from: a snapshot begins with the first row
	// that is asked for, not with BEGIN. An external one lies elsewhere.
	touchableSQL = `SELECT TOP (1) s.name, o.name FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
	INNER JOIN sys.tables AS t ON t.object_id = o.object_id
WHERE o.is_ms_shipped = 0 AND t.is_memory_optimized = 0 AND t.is_external = 0
	AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1
ORDER BY o.object_id`
)

// touching is the statement with which the snapshots of a database begin.
func (l *reader) touching(ctx context.Context) (string, error) {
	rows, err := l.query(ctx, touchableSQL)
	if err != nil {
		return "", fmt.Errorf("looking for a table: %w", err)
	}
	if len(rows) == 0 {
		return "SELECT TOP (1) 1 FROM sys.objects", nil
	}
	return "SELECT TOP (1) 1 FROM " + quote(rows[0][0]) + "." + quote(rows[0][1]), nil
}

// begin starts a snapshot. The version of change tracking is asked for before it
// and within: if both are the same, nothing that is tracked was committed between
// the question and the snapshot, whichever of the two the answer is about.
func (l *reader) begin(ctx context.Context, touch string) (s snapshot, err error) {
	before, err := l.instant(ctx)
	if err != nil {
		return s, err
	}
	if err := l.exec(ctx, beginSQL); err != nil {
		return s, err
	}
	if err := l.exec(ctx, touch); err != nil {
		return s, err
	}
	within, err := l.instant(ctx)
	if err != nil {
		return s, err
	}
	s = before
	if within.version != before.version {
		s.version = ""
	}
	if !l.server.seesSessions {
		return s, nil
	}
	numbers, err := l.numbers(ctx, numberSQL)
	if err != nil {
		return s, err
	}
	if s.active, err = l.numbers(ctx, activeSQL); err != nil {
		return s, err
	}
	if len(numbers) == 1 && numbers[0] > 0 {
		s.number, s.seen = numbers[0], true
	}
	return s, nil
}

// instant asks for the server's clock, the version of change tracking, and the least
// rowversion of what is not committed yet.
func (l *reader) instant(ctx context.Context) (s snapshot, err error) {
	rows, err := l.query(ctx, instantSQL)
	if err != nil {
		return s, err
	}
	if len(rows) != 1 {
		return s, errFormat
	}
	s.text, s.version = rows[0][0], rows[0][1]
	if s.at, err = time.Parse(timeForm, s.text); err != nil {
		return s, fmt.Errorf("reading the server's clock: %w", err)
	}
	s.asked, s.least = s.version, rows[0][2]
	return s, nil
}

// numbers asks for whole numbers and sorts them.
func (l *reader) numbers(ctx context.Context, sql string) ([]int64, error) {
	rows, err := l.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(rows))
	for i, r := range rows {
		if out[i], err = strconv.ParseInt(r[0], 10, 64); err != nil {
			return nil, fmt.Errorf("reading the number of a transaction: %w", err)
		}
	}
	slices.Sort(out)
	return out, nil
}

// sees the same rows as o in every table: all transactions that had not ended when
// the earlier of the two began, and all that began since, had not when the later
// one did. Transactions are numbered in the order in which they begin; see
// sys.dm_tran_current_snapshot in Microsoft's reference.
func (s snapshot) sees(o snapshot) bool {
	if !s.seen || !o.seen {
		return false
	}
	if o.number < s.number {
		s, o = o, s
	}
	for _, n := range s.active {
		if _, still := slices.BinarySearch(o.active, n); !still {
			return false
		}
	}
	from, _ := slices.BinarySearch(o.active, s.number)
	to, _ := slices.BinarySearch(o.active, o.number)
	return int64(to-from) == o.number-s.number
}

// tracks the same rows as o in tables that have change tracking.
func (s snapshot) tracks(o snapshot) bool { return s.version != "" && s.version == o.version }
