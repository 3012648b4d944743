package api

import (
	"log/slog"
	"time"

	"archwire/internal/serve/door"
	"archwire/internal/serve/office"
	"archwire/internal/serve/operator"
	"archwire/internal/webhook"
)

// Config is what a Handler is made of. Reader, Authorizer, Ledger, Log, Now and
// Metrics must be set.
type Config struct {
	Reader     Reader
	Authorizer Authorizer
	Log        *slog.Logger
	Now        func() time.Time
	Metrics    *Metrics

	// Ledger takes down what is disclosed, before it is.
	Ledger Ledger

	// PersonSecret keys the hashes by which the ledger tells persons, keys of rows and
	// values that were filtered by.
	PersonSecret []byte

	// Desk lets people sign in; nil lets nobody.
	Desk door.Desk

	// PublicCatalogue describes all datasets and metrics to those who show nothing, too;
	// their rows and values stay closed.
	PublicCatalogue bool

	// Links has slices handed out by URLs of the store to those who prefer that. The
	// publications must have such.
	Links bool

	// Origin is where people reach the server, if it is not where they seem to:
	// https://archwire.example.com.
	Origin string

	// Office keeps what is changed over HTTP; nil changes nothing.
	Office office.Store

	// Disclosures shows practices what was disclosed about them; nil shows nothing.
	Disclosures office.Disclosures
	// Webhooks keeps the webhooks of clients; without it nobody has any. WebhookGuard
	// says what endpoints may be.
	Webhooks     office.Webhooks
	WebhookGuard webhook.Guard

	// Operator answers whoever runs the product; without it nothing does.
	Operator *operator.Handler

	// Within is how old data may be before they are late; 0 is any age. Runs tells how the
	// last run ended; nil does not.
	Within time.Duration
	Runs   Runs

	// Program names the build. Answers of one build are not taken for those of
	// another: it is part of every ETag.
	Program string

	// CursorSecret encrypts cursors. Servers that share one understand each
	// other's cursors; without one, cursors last until the server stops.
	CursorSecret []byte

	CacheBytes int64 // for answers, cubes and comparisons that are kept; 0 is 128 MiB

	// URL is where callers reach the server, https://api.example.com: what clients
	// address assertions to.
	URL func() string

	Rate        float64       // requests a second for each key; 0 sets no limit
	Burst       int           // requests at once for each key; 0 is twice the rate
	Timeout     time.Duration // for one request; 0 is 30 s
	Concurrency int           // requests under way for each key; 0 sets no limit
	HourlyBytes int64         // that each key is sent in an hour; 0 sets no limit

	Patience time.Duration // with the reader of a stream who takes nothing; 0 is a minute
}
