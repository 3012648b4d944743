package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"archwire/internal/state"
	"archwire/internal/webhook"
)

// A letter is one attempt to tell somebody.
type letter struct {
	client   *http.Client
	endpoint *url.URL
	key      []byte
	agent    string
	at       time.Time
}

// post sends n and says what came of it, without a word of what the hook answered
// or where it is.
func (l letter) post(ctx context.Context, n state.Notification) (answer string, v verdict) {
	body := []byte(n.Body)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return "the URL cannot be sent to", verdict{final: true}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", l.agent)
	request.Header.Set("Archwire-Id", n.ID)
	request.Header.Set("Archwire-Event", string(n.Event))
	request.Header.Set("Archwire-Signature", Signature(l.key, l.at, body))
	response, err := l.client.Do(request)
	if err != nil {
		return reason(err), verdict{}
	}
	defer response.Body.Close()                                //nolint:errcheck // nothing of it is kept
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) //nolint:errcheck // read so that the connection can be used again
	return fmt.Sprintf("HTTP %d", response.StatusCode), judge(response)
}

// judge says what an answer means. What the receiver will say again is final.
func judge(r *http.Response) verdict {
	switch code := r.StatusCode; {
	case code >= 200 && code < 300:
		return verdict{delivered: true}
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
		if err != nil || seconds < 0 {
			return verdict{}
		}
		return verdict{wait: min(time.Duration(min(seconds, 86400))*time.Second, longestWait)}
	}
	return verdict{final: true}
}

// reason is why there was no answer. The error itself is not repeated: it holds
// the URL.
func reason(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate cannot be trusted"
	}
	if t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && t.Timeout() {
		return "no answer in time"
	}
	if webhook.Refused(err) {
		return "the address is not a public one"
	}
	return "no connection"
}

// Signature is the value of the header Archwire-Signature: t=TIME,v1=MAC. TIME is
// in Unix seconds, MAC the HMAC-SHA256 of "TIME.BODY" in lower-case hexadecimal.
func Signature(key []byte, at time.Time, body []byte) string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "t=" + stamp + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
