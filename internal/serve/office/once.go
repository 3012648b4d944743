package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

// The lengths of an Idempotency-Key. A short one would be guessed, and used twice.
const (
	minIdempotency = 16
	maxIdempotency = 255
)

// once carries out what a request asks for and tells what came of it. With an
// Idempotency-Key the same request has one effect, however often it is sent within
// a day, and the same answer: that is kept encrypted by the key and the caller's
// credential, neither of which is stored.
//
// possible, unless it is nil, refuses what cannot be done now, though it could be
// before: a repetition is not asked. Whether the caller may do it is asked before once.
func (h *Handler) once(c *request.Call, body []byte, possible func() error, do func(ctx context.Context) (status int, doc any, err error)) error {
	key, err := idempotencyKey(c.R.Header.Values("Idempotency-Key"))
	if err != nil {
		return err
	}
	if possible == nil {
		possible = func() error { return nil }
	}
	if key == "" {
		if err := possible(); err != nil {
			return err
		}
		status, doc, err := do(c.Ctx)
		if err != nil {
			return err
		}
		return c.Told(status, doc)
	}
	if h.Store == nil {
		return problem.Wrong("Idempotency-Key", "Nothing is kept here by which a request is known again.", "Send it without an Idempotency-Key.")
	}
	seal, err := signin.NewSealer([]byte(c.Credential+" "+key), "kept answers")
	if err != nil {
		return err
	}
	ask := state.Kept{Caller: c.Caller(), Key: digest(key), Request: digest(c.R.Method, c.R.URL.Path, c.R.URL.RawQuery, string(body))}
	switch kept, before, err := h.Store.Answered(c.Ctx, ask.Caller, ask.Key); {
	case err != nil:
		return err
	case before:
		return toldBefore(c, ask, kept, seal)
	}
	if err := possible(); err != nil {
		return err
	}
	var doc any
	kept, before, err := h.Store.Once(c.Ctx, ask, func(ctx context.Context) (int, []byte, error) {
		status, made, err := do(ctx)
		if err != nil {
			return 0, nil, err
		}
		doc = made
		text, err := json.Marshal(made)
		if err != nil {
			return 0, nil, fmt.Errorf("writing an answer: %w", err)
		}
		return status, seal.Seal(text, ask.Request), nil
	})
	switch {
	case err != nil:
		return err
	case !before:
		return c.Told(kept.Status, doc)
	}
	return toldBefore(c, ask, kept, seal)
}

// toldBefore answers again what was answered to the same request.
func toldBefore(c *request.Call, ask, kept state.Kept, seal *signin.Sealer) error {
	if kept.Request != ask.Request {
		p := problem.New(problem.KindReuse, "Another request had this Idempotency-Key.")
		p.Field, p.Hint = "Idempotency-Key", "Choose a new one for each thing that you want done."
		return p
	}
	text, err := seal.Open(kept.Body, ask.Request)
	if err != nil {
		p := problem.New(problem.KindConflict, "The request was carried out already, and answered to another key or session of yours.")
		p.Field, p.Hint = "Idempotency-Key", "What it made is listed; what was told once cannot be told again."
		return p
	}
	return c.Told(kept.Status, json.RawMessage(text))
}

// idempotencyKey reads the header: a text in quotes, as the IETF's draft has it, or
// without.
func idempotencyKey(values []string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if bare, ok := strings.CutPrefix(key, `"`); ok {
		key, ok = strings.CutSuffix(bare, `"`)
		if !ok {
			key = ""
		}
	}
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }
	if len(values) > 1 || len(key) < minIdempotency || len(key) > maxIdempotency || strings.ContainsFunc(key, odd) {
		return "", problem.Wrong("Idempotency-Key", "The Idempotency-Key is not one.",
			fmt.Sprintf("Send one of %d to %d characters without spaces, such as a random UUID.", minIdempotency, maxIdempotency))
	}
	return key, nil
}

// digest is the SHA-256 of texts, in hexadecimal.
func digest(texts ...string) string {
	var b canon.Text
	b.Add(texts...)
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
