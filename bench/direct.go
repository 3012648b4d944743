package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// directTable is the collections with the indexes that the two questions want: the
// key, by which pages are sorted, and what a metric reads, so that it need not go to
// the table.
const (
	directTable = "create table collections_daily (practice_id bigint not null, location_id bigint not null, payer_kind text not null, " +
		"business_date date not null, net_amount numeric(12,2) not null)"
	directIndexes = "alter table collections_daily add primary key (practice_id, location_id, payer_kind, business_date);\n" +
		"create index on collections_daily (practice_id, business_date) include (location_id, payer_kind, net_amount);\n" +
		"vacuum (analyze) collections_daily"
)

// loadDirect copies what the warehouse holds into PostgreSQL.
func loadDirect(ctx context.Context, dir, dsn string) (err error) {
	wh, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "data", "warehouse.duckdb"), Memory: "1GB", TempDir: filepath.Join(dir, "data", "tmp")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, wh.Close()) }() //nolint:contextcheck // closing must not be cut short
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	if _, err := conn.Exec(ctx, directTable); err != nil {
		return err
	}
	in, out := io.Pipe()
	go func() { out.CloseWithError(writeCSV(ctx, wh, out)) }()
	if _, err := conn.PgConn().CopyFrom(ctx, in, "copy collections_daily from stdin (format csv)"); err != nil {
		return errors.Join(fmt.Errorf("loading PostgreSQL: %w", err), in.Close())
	}
	return execute(ctx, dsn, directIndexes+";\n")
}

// writeCSV writes the collections. Nothing in them needs quotes.
func writeCSV(ctx context.Context, wh *duckdb.Warehouse, to io.Writer) error {
	q := archwire.Query{SQL: "select practice_id, location_id, payer_kind, business_date, net_amount from finance.collections_daily"}
	for batch, err := range wh.Query(ctx, q) {
		if err != nil {
			return err
		}
		var b strings.Builder
		for row := range int(batch.NumRows()) {
			for column := range int(batch.NumCols()) {
				if column > 0 {
					b.WriteByte(',')
				}
				b.WriteString(batch.Column(column).ValueStr(row))
			}
			b.WriteByte('\n')
		}
		if _, err := io.WriteString(to, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// serveDirectly answers the paths of the load from PostgreSQL, one query a request,
// until ctx ends.
func serveDirectly(ctx context.Context, o options) error {
	pool, err := pgxpool.New(ctx, o.direct)
	if err != nil {
		return err
	}
	defer pool.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/metrics/net_collections", directly(pool, directMetric))
	mux.HandleFunc("GET /v1/datasets/collections_daily/rows", directly(pool, directRows))
	server := &http.Server{Addr: o.listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() }) //nolint:errcheck // the process ends
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// directly answers with the one value of a query, which is the JSON.
func directly(pool *pgxpool.Pool, question func(url.Values) (sql string, args []any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sql, args := question(r.URL.Query())
		var text []byte
		if err := pool.QueryRow(r.Context(), sql, args...).Scan(&text); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		w.Write(text) //nolint:errcheck // the load generator tells
	}
}

// directMetric is the metric as SQL: whole periods, as the API has them.
func directMetric(q url.Values) (string, []any) {
	by := q.Get("by") // one of two names, as the load draws them
	if by != "" {
		by = ", " + by
	}
	grain := q.Get("grain")
	length := map[string]string{"month": "1 month", "quarter": "3 months", "year": "1 year"}[grain]
	return fmt.Sprintf(`select coalesce(json_agg(t), '[]')::text from (
		select date_trunc('%[1]s', business_date)::date as period%[2]s, sum(net_amount) as value from collections_daily
		where practice_id = $1::bigint and business_date >= date_trunc('%[1]s', $2::date)
		and business_date < date_trunc('%[1]s', $3::date) + interval '%[3]s' and location_id >= $4::bigint
		group by 1%[2]s order by 1%[2]s) t`, grain, by, length),
		[]any{q.Get("practice"), q.Get("from"), q.Get("to"), least(q)}
}

func directRows(q url.Values) (string, []any) {
	return `select coalesce(json_agg(t), '[]')::text from (select * from collections_daily
		where practice_id = $1::bigint and business_date >= $2::date and location_id >= $3::bigint
		order by practice_id, location_id, payer_kind, business_date limit $4::int) t`,
		[]any{q.Get("practice"), strings.TrimPrefix(q.Get("filter[business_date]"), "gte:"), least(q), q.Get("limit")}
}

// least is what the load filters locations by.
func least(q url.Values) string {
	if text, ok := strings.CutPrefix(q.Get("filter[location_id]"), "gte:"); ok {
		return text
	}
	return "0"
}
