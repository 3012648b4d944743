// Package redshift keeps a warehouse on Amazon Redshift, provisioned or Serverless: what
// is loaded and unloaded passes through files in S3, models are tables or materialized
// views, and SQL is read by the embedded engine's parser, which speaks the same subset.
//
// What is known of Redshift's ways is known from its documentation: pages named in
// comments are those of the Amazon Redshift Database Developer Guide if nothing else is
// said.
package redshift

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/warehouse/duckdb"
)

// Config says where a warehouse is, and what it goes through.
type Config struct {
	URL     string            // redshift://HOST:5439/DATABASE?...: see parseURL
	Staging string            // s3://BUCKET/PREFIX, as object.Open takes it: for this warehouse alone
	Role    string            // by which Redshift reads and writes Staging: an ARN, several with commas, or "default"; "" is "default"
	Layout  map[string]Layout // by schema.name, where the planner is not to choose

	Memory  string // of the embedded engine, which writes slices; "" is its own default
	TempDir string // for files on their way; "" is the system's

	Now func() time.Time // of credentials' ends, and of what is reported as Took; nil is the machine's clock
}

// A Warehouse is a database of Redshift. Several processes may read it; one loads at a
// time, which is for its callers to see to.
type Warehouse struct {
	place   place
	pool    *pool
	store   object.Store
	staging string // s3://BUCKET/PREFIX as Redshift is told it
	access  string // IAM_ROLE ... [REGION ...]
	kmsKey  string // by which files in staging are encrypted; "" leaves it to S3
	config  Config
	parser  *duckdb.Sandbox
	shaping sync.Mutex       // serialises what is asked of parser about the columns of queries
	shaped  map[string]shape // the relations that it knows
	cutting sync.Mutex       // guards the next two
	cutter  *duckdb.Cutter   // writes slices; nil until it is needed
	spill   string           // its folder
	now     func() time.Time

	firstWait time.Duration // see trying
	dealing   *dealing      // nil: by the cluster's slices

	mu     sync.Mutex // serialises Begin, Commit and Abort
	active *load      // the load that may still stage; nil when there is none

	closing sync.Once
	closed  error
}

// Open reaches the warehouse and makes archwire's own tables, where they are not there
// yet. What keeps it from being used is an error of code Unavailable or Denied.
func Open(ctx context.Context, c Config) (*Warehouse, error) {
	p, err := parseURL(c.URL)
	if err != nil {
		return nil, err
	}
	store, err := object.Open(c.Staging)
	if err != nil {
		return nil, fmt.Errorf("opening warehouse.staging: %w", err)
	}
	access, err := accessOf(c)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // ends of credentials and durations only; a date never comes from it
	}
	from, err := loginTo(ctx, p)
	if err != nil {
		return nil, err
	}
	parser, err := duckdb.NewSandbox(ctx)
	if err != nil {
		return nil, err
	}
	w := &Warehouse{
		kmsKey: kmsKeyOf(c),
		place:  p, store: store, staging: strings.TrimSuffix(fmt.Sprint(store), "/"), access: access, config: c, parser: parser, now: c.Now,
		pool: newPool(p, &keptLogin{from: from, now: c.Now}), firstWait: firstWait,
	}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(classify("preparing the warehouse", err), w.Close()) //nolint:contextcheck // as all who close it, it waits for nobody
	}
	return w, nil
}

var roleForm = regexp.MustCompile(`^arn:[a-z-]+:iam::[0-9]{12}:role/[^\s,']+(,arn:[a-z-]+:iam::[0-9]{12}:role/[^\s,']+)*$`)

// accessOf is by which role COPY and UNLOAD go to S3, and in which region if the
// staging place says so.
func accessOf(c Config) (string, error) {
	access := "IAM_ROLE default"
	if c.Role != "" && c.Role != "default" {
		if !roleForm.MatchString(c.Role) {
			return "", &archwire.Error{Code: archwire.Invalid, Message: "the role of the warehouse is not the ARN of a role", Hint: "Write warehouse.role in archwire.yaml as default or arn:aws:iam::ACCOUNT:role/NAME."}
		}
		access = "IAM_ROLE " + literal(c.Role)
	}
	u, err := url.Parse(c.Staging)
	if err != nil || u.Scheme != "s3" {
		return "", &archwire.Error{Code: archwire.Invalid, Message: "the staging place of the warehouse is no place in S3", Hint: "Write warehouse.staging in archwire.yaml as s3://BUCKET/PREFIX."}
	}
	// With an endpoint it is a server of one's own, whose region is but a name.
	if region := u.Query().Get("region"); region != "" && u.Query().Get("endpoint") == "" {
		access += " REGION " + literal(region)
	}
	return access, nil
}

// kmsKeyOf is the key of KMS that the staging place names.
func kmsKeyOf(c Config) string {
	u, err := url.Parse(c.Staging)
	if err != nil {
		return "" // accessOf has complained
	}
	return u.Query().Get("kms_key")
}

// Close ends the sessions. It is safe to call more than once.
func (w *Warehouse) Close() error {
	w.closing.Do(func() {
		w.pool.close(context.Background())
		w.closed = errors.Join(w.parser.Close(), w.closeCutter())
	})
	return w.closed
}
