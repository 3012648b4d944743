package request

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"archwire/internal/serve/problem"
)

func TestDecode_ReadsOneObjectStrictly(t *testing.T) {
	type someMore struct {
		More string `json:"more"`
	}
	type thing struct {
		Name  string `json:"name"`
		Count int    `json:"count"`
		Inner struct {
			List []string `json:"list"`
		} `json:"inner"`
		someMore
	}
	for name, x := range map[string]struct {
		kind, body    string
		status        int // 0 is read
		field, detail string
	}{
		"whole":        {kind: "application/json; charset=utf-8", body: ` {"name": "a", "count": 2} `},
		"form":         {kind: "application/x-www-form-urlencoded", body: "name=a", status: 415, detail: "The body is not said to be JSON."},
		"unsaid":       {body: `{"name": "a"}`, status: 415, detail: "The body is not said to be JSON."},
		"unknown":      {kind: "application/json", body: `{"nmae": "a"}`, status: 400, field: "nmae", detail: "There is no member nmae here."},
		"wrong type":   {kind: "application/json", body: `{"count": "2"}`, status: 400, field: "count", detail: "count is a string, which it cannot be."},
		"deep type":    {kind: "application/json", body: `{"inner": {"list": "2"}}`, status: 400, field: "inner.list", detail: "inner.list is a string, which it cannot be."},
		"embedded":     {kind: "application/json", body: `{"more": 2}`, status: 400, field: "more", detail: "more is a number, which it cannot be."},
		"two":          {kind: "application/json", body: `{"name": "a"}{"name": "b"}`, status: 400, detail: "There is something after the body's object."},
		"cut":          {kind: "application/json", body: `{"name": "a`, status: 400, detail: "The body is not a JSON object."},
		"empty":        {kind: "application/json", status: 400, detail: "The body is not a JSON object."},
		"list":         {kind: "application/json", body: `[]`, status: 400, detail: "The body is not a JSON object."},
		"large":        {kind: "application/json", body: `{"name": "` + strings.Repeat("a", MaxBody) + `"}`, status: 413, detail: "The body is too large."},
		"nearly large": {kind: "application/json", body: `{"name": "` + strings.Repeat("a", MaxBody-12) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(x.body))
			r.Header.Set("Content-Type", x.kind)
			c := &Call{W: httptest.NewRecorder(), R: r}
			var got thing
			err := c.Decode(&got)
			if x.status == 0 {
				if err != nil || got.Name == "" {
					t.Fatalf("got %+v, %v", got, err)
				}
				return
			}
			p := problem.Of(err)
			if p.Status != x.status || p.Field != x.field || p.Detail != x.detail || p.Hint == "" {
				t.Errorf("got %d %q %q %q", p.Status, p.Field, p.Detail, p.Hint)
			}
		})
	}
}
