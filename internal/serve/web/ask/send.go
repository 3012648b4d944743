package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// How long a question that came too soon waits, and how often it is asked again.
const (
	longestWait = 2 * time.Second
	mostTries   = 3
)

func (v *Viewer) send(ctx context.Context, method, target string, body any) (Answer, error) {
	text := ""
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return Answer{}, fault("writing a question", err)
		}
		text = string(encoded)
	}
	for try := 1; ; try++ {
		answer, err := v.once(ctx, method, target, text)
		wait, soon := tooSoon(err, answer)
		if !soon || try == mostTries || method != http.MethodGet {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return answer, err
		case <-time.After(wait):
		}
	}
}

// once asks once, when there is a lane for it.
func (v *Viewer) once(ctx context.Context, method, target, body string) (answer Answer, err error) {
	select {
	case v.lanes <- struct{}{}:
		defer func() { <-v.lanes }()
	case <-ctx.Done():
		return Answer{}, fault("waiting to ask", ctx.Err())
	}
	r, err := v.request(ctx, method, target, body)
	if err != nil {
		return Answer{}, err
	}
	w := &recorder{header: http.Header{}}
	if err := w.answered(v.api, r); err != nil {
		return Answer{}, err
	}
	answer = Answer{Header: w.header, Text: w.body.Bytes()}
	if w.status < 200 || w.status > 299 {
		return answer, problemOf(w)
	}
	return answer, nil
}

// answered has the API answer into w. An answer that it broke off is an error.
func (w *recorder) answered(api http.Handler, r *http.Request) (err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fault("asking the API", fmt.Errorf("it broke off: %v", said))
		}
	}()
	api.ServeHTTP(w, r)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return nil
}

// tooSoon says whether the API wants the question later, and when.
func tooSoon(err error, a Answer) (time.Duration, bool) {
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.Status != http.StatusTooManyRequests {
		return 0, false
	}
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	wait := time.Duration(seconds) * time.Second
	return wait, err == nil && wait <= longestWait
}
