package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"archwire"
)

// An asker asks as callers do, and knows what is right.
type asker struct {
	address string
	book    *book
	keys    *keyring
	client  *http.Client
	random  *rand.Rand
	tags    map[string]string // the ETag that a path had last
	page    int               // rows a page
}

// An answer is what came, whole.
type answer struct {
	status int
	tag    string
	body   []byte
}

func (a *asker) get(ctx context.Context, path, key, tag string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.address+path, nil)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	response, err := a.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header.Get("ETag"), body}, err
}

// want is get of what must be answered with one of these statuses.
func (a *asker) want(ctx context.Context, path, key, tag string, statuses ...int) (answer, error) {
	got, err := a.get(ctx, path, key, tag)
	if err == nil && !slices.Contains(statuses, got.status) {
		err = fmt.Errorf("status %d, want %v: %.300s", got.status, statuses, got.body)
	}
	if err != nil {
		err = fmt.Errorf("GET %s: %w", path, err)
	}
	return got, err
}

// An enveloped answer names its publication; its numbers are as they are written.
type enveloped struct {
	Data []struct {
		Value     json.Number `json:"value"`
		NetAmount json.Number `json:"net_amount"`
	} `json:"data"`
	Meta struct {
		Publication archwire.PublicationID `json:"publication"`
	} `json:"meta"`
	Page struct {
		Next *string `json:"next"`
	} `json:"page"`
}

func (e enveloped) sum() (*big.Rat, error) {
	sum := new(big.Rat)
	for _, row := range e.Data {
		text := row.NetAmount.String() + row.Value.String()
		n, ok := new(big.Rat).SetString(text)
		if !ok {
			return nil, fmt.Errorf("%q is no number", text)
		}
		sum.Add(sum, n)
	}
	return sum, nil
}

// asks are what is asked, each as often as it is listed here.
func (a *asker) asks() []func(context.Context) error {
	return []func(context.Context) error{
		a.metric, a.metric, a.metric, a.metricAnew, a.metricAnew, a.unchanged, a.unchanged, a.rows, a.export, a.catalogue, a.stranger, a.guest,
	}
}

// everything is the metric over all of the history of one of a few practices.
func (a *asker) everything() (path, practice string) {
	practice = strconv.Itoa(1 + a.random.IntN(a.book.o.practices))
	return "/v1/metrics/net_collections?practice=" + practice + "&grain=year&from=2015-01-01&to=2026-12-31", practice
}

func (a *asker) metric(ctx context.Context) error {
	path, practice := a.everything()
	return a.sums(ctx, path, practice)
}

// metricAnew asks what was never asked before.
func (a *asker) metricAnew(ctx context.Context) error {
	path, practice := a.everything()
	return a.sums(ctx, path+fmt.Sprintf("&filter[location_id]=gte:-%d", a.random.IntN(1<<40)), practice)
}

func (a *asker) sums(ctx context.Context, path, practice string) error {
	got, err := a.want(ctx, path, a.keys.current(), "", http.StatusOK)
	if err != nil {
		return err
	}
	var e enveloped
	if err := json.Unmarshal(got.body, &e); err != nil {
		return err
	}
	sum, err := e.sum()
	if err != nil {
		return err
	}
	return a.book.holds(e.Meta.Publication, practice, sum)
}

// rows follows pages to the last one: they add up, all from one publication.
func (a *asker) rows(ctx context.Context) error {
	practice := strconv.Itoa(1 + a.random.IntN(a.book.o.practices))
	path := fmt.Sprintf("/v1/datasets/collections_daily/rows?practice=%s&limit=%d", practice, a.page)
	key := a.keys.current() // a cursor is of its key
	var id archwire.PublicationID
	total, cursor := new(big.Rat), ""
	for {
		got, err := a.want(ctx, path+cursor, key, "", http.StatusOK)
		if err != nil {
			return err
		}
		var e enveloped
		if err := json.Unmarshal(got.body, &e); err != nil {
			return err
		}
		if id == "" {
			id = e.Meta.Publication
		}
		if e.Meta.Publication != id {
			return fmt.Errorf("a page of %s follows one of %s", e.Meta.Publication, id)
		}
		sum, err := e.sum()
		if err != nil {
			return err
		}
		total.Add(total, sum)
		if e.Page.Next == nil {
			return a.book.holds(id, practice, total)
		}
		cursor = "&cursor=" + *e.Page.Next
	}
}

func (a *asker) export(ctx context.Context) error {
	practice := strconv.Itoa(1 + a.random.IntN(a.book.o.practices))
	from := time.Now()
	got, err := a.want(ctx, "/v1/datasets/collections_daily/export.csv?fields=net_amount&practice="+practice, a.keys.current(), "", http.StatusOK)
	if err != nil {
		return err
	}
	to := time.Now()
	lines, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
	if err != nil || len(lines) < 2 {
		return fmt.Errorf("reading an export of %d lines: %w", len(lines), err)
	}
	column := slices.Index(lines[0], "net_amount")
	total := new(big.Rat)
	for _, line := range lines[1:] {
		n, ok := new(big.Rat).SetString(line[column])
		if !ok {
			return fmt.Errorf("%q is no number", line[column])
		}
		total.Add(total, n)
	}
	return a.book.heldBetween(from, to, practice, total)
}

func (a *asker) catalogue(ctx context.Context) error {
	paths := []string{"/v1", "/v1/practices", "/v1/metrics", "/v1/datasets", "/v1/grants", "/openapi.json", "/docs", "/readyz"}
	_, err := a.want(ctx, paths[a.random.IntN(len(paths))], a.keys.current(), "", http.StatusOK)
	return err
}

// unchanged asks with the ETag of the last time.
func (a *asker) unchanged(ctx context.Context) error {
	const path = "/v1/metrics/net_collections?practice=1&grain=year"
	got, err := a.want(ctx, path, a.keys.current(), a.tags[path], http.StatusOK, http.StatusNotModified)
	a.tags[path] = got.tag
	return err
}

// stranger asks with a key that is none: one of a few, as programs do whose keys have
// ended. Whoever tries many is slowed down, and with them all new keys from their network.
func (a *asker) stranger(ctx context.Context) error {
	path, _ := a.everything()
	_, err := a.want(ctx, path, "aw_abcdefghijkl_"+strconv.Itoa(a.random.IntN(4)), "", http.StatusUnauthorized)
	return err
}

// guest asks as a client whose only grant comes and goes. Within a second of either
// both answers are right.
func (a *asker) guest(ctx context.Context) error {
	granted, since := a.keys.guestGranted()
	path := "/v1/metrics/net_collections?practice=1&grain=year"
	got, err := a.get(ctx, path, a.keys.guest, "")
	if after, when := a.keys.guestGranted(); err != nil || after != granted || when != since || time.Since(since) < 3*time.Second {
		return err
	}
	want := http.StatusNotFound
	if granted {
		want = http.StatusOK
	}
	if got.status != want {
		return fmt.Errorf("GET %s by the guest, granted %v: status %d: %.300s", path, granted, got.status, got.body)
	}
	return nil
}
