package pull

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"archwire"
	"archwire/internal/pull/mirror"
)

// A listing is a manifest as far as its pages were read.
type listing struct {
	mirror.Whole

	places  map[mirror.Place]bool
	cursors map[string]bool
	bytes   int64
}

func newListing(s service) *listing {
	return &listing{
		Whole:  mirror.Whole{Project: s.Project, Noun: s.Tenant.Noun},
		places: map[mirror.Place]bool{}, cursors: map[string]bool{},
	}
}

// A page is one of a manifest, as the server writes it.
type page struct {
	Data struct {
		Publication archwire.PublicationID `json:"publication"`
		Datasets    few[struct {
			Name    string             `json:"dataset"`
			Tenant  string             `json:"tenant"`
			Key     few[string]        `json:"key"`
			Profile archwire.Profile   `json:"profile"`
			Columns few[mirror.Column] `json:"columns"`
		}] `json:"datasets"`
		Slices few[map[string]json.RawMessage] `json:"slices"`
	} `json:"data"`
	Meta struct {
		AsOf        archwire.Day `json:"as_of"`
		DataThrough time.Time    `json:"data_through"`
	} `json:"meta"`
	Page struct {
		Next string `json:"next"`
	} `json:"page"`
}

// add adds a page and returns the cursor of the next one. Each page must have a slice
// that was not listed before, and each cursor be a new one: so there is an end.
func (l *listing) add(body []byte) (next string, err error) {
	if l.bytes += int64(len(body)); l.bytes > mostManifestBytes {
		return "", strange("its manifest does not end")
	}
	var p page
	if err := json.Unmarshal(body, &p); errors.Is(err, errLong) {
		return "", strange("a page of its manifest is too long")
	} else if err != nil {
		return "", strange("it is no manifest")
	}
	if l.Publication == "" {
		if err := l.begin(p); err != nil {
			return "", err
		}
	}
	if p.Data.Publication != l.Publication {
		return "", errStale
	}
	for _, raw := range p.Data.Slices {
		s, err := sliceOf(raw, l.Noun)
		if err != nil {
			return "", err
		}
		if l.places[s.Place] {
			return "", strange("a slice stands there twice")
		}
		if len(l.Slices) == mostSlices {
			return "", strange("its manifest does not end")
		}
		l.places[s.Place] = true
		l.Slices = append(l.Slices, s)
	}
	return l.next(p)
}

// begin reads what the first page says of all.
func (l *listing) begin(p page) error {
	l.Publication, l.AsOf, l.DataThrough = p.Data.Publication, p.Meta.AsOf, p.Meta.DataThrough
	if !publicationForm.MatchString(string(l.Publication)) {
		return strange("it names no publication")
	}
	if _, err := archwire.ParseDay(string(l.AsOf)); err != nil {
		return strange("it names no business date")
	}
	for _, d := range p.Data.Datasets {
		if err := describe(&l.Whole, mirror.Table{Name: d.Name, Tenant: d.Tenant, Key: d.Key, Columns: d.Columns}, d.Profile); err != nil {
			return err
		}
	}
	return nil
}

// next is the cursor of the page that follows; "" where none does.
func (l *listing) next(p page) (string, error) {
	next := p.Page.Next
	switch {
	case next == "":
		return "", nil
	case len(p.Data.Slices) == 0:
		return "", strange("a page of a manifest is empty")
	case len(next) > longestCursor || l.cursors[next]:
		return "", strange("a page of a manifest leads back to another")
	case len(l.cursors) == mostPages:
		return "", strange("its manifest does not end")
	}
	l.cursors[next] = true
	return next, nil
}

// sliceOf reads a slice, whose tenant is named by the noun.
func sliceOf(raw map[string]json.RawMessage, noun string) (s mirror.Slice, err error) {
	for _, x := range []struct {
		name string
		into any
	}{
		{"dataset", &s.Dataset}, {noun, &s.Tenant}, {"profile", &s.Profile}, {"sha256", &s.SHA256}, {"rows", &s.Rows}, {"bytes", &s.Bytes}, {"url", &s.URL},
	} {
		if json.Unmarshal(raw[x.name], x.into) != nil {
			return s, strange("a slice lacks its " + x.name)
		}
	}
	if !hashForm.MatchString(s.SHA256) || !tenantID(s.Tenant) || s.URL == "" || len(s.URL) > longestURL || !slices.Contains(archwire.Profiles(), s.Profile) {
		return s, strange("a slice is none")
	}
	if s.Rows < 0 || s.Rows > mostRows || s.Bytes <= 0 || s.Bytes > mostSliceBytes {
		return s, strange(fmt.Sprintf("slice %s has a size that none has", s.SHA256))
	}
	return s, nil
}

// tenantID says whether a text can be a tenant's id. Databases and terminals do not
// take control characters for what they are.
func tenantID(s string) bool {
	return s != "" && len(s) <= longestTenant && !strings.ContainsFunc(s, unicode.IsControl)
}
