package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"archwire"
	"archwire/internal/serve/web/view"
)

// navigation lists what the viewer can go to.
func (v *visit) navigation() []section {
	var out []section
	for _, s := range []struct {
		title string
		area  area
	}{{"", signedIn}, {capital(v.service.Noun.Singular), admins}, {"Operator", operators}} {
		if !v.me.sees(s.area) {
			continue
		}
		links := v.linksOf(s.area)
		if s.area == signedIn {
			links = append(v.dashboardLinks(), links...)
		}
		if len(links) > 0 {
			out = append(out, section{s.title, links})
		}
	}
	return out
}

// dashboardLinks leads to the dashboards, looked at as this page is.
func (v *visit) dashboardLinks() (links []link) {
	now := view.Of(v.r.URL.Query(), v.service.Noun.Singular)
	for _, d := range v.dashboards {
		to := dashboardLink(now, d)
		to.Current = v.r.URL.Path == "/dashboards/"+d.Name || v.r.URL.Query().Get("via") == d.Name
		links = append(links, to)
	}
	return links
}

// dashboardLink leads to a dashboard, looked at as far as it can be through the view.
func dashboardLink(now view.View, d archwire.Dashboard) link {
	there := now
	there.Filters = map[string][]string{}
	for _, dimension := range d.Filters {
		if values, ok := now.Filters[dimension]; ok {
			there.Filters[dimension] = values
		}
	}
	return link{Title: d.Title, To: there.Link("/dashboards/" + d.Name)}
}

// linksOf lists the pages of an area that the navigation names.
func (v *visit) linksOf(a area) (links []link) {
	for _, p := range pageTable() {
		if p.area != a || p.nav == "" {
			continue
		}
		to := strings.Replace(p.path, "{noun}", v.service.Noun.Singular, 1)
		title := strings.Replace(p.nav, "{plural}", capital(v.service.Noun.Plural), 1)
		links = append(links, link{Title: title, To: to, Current: v.r.URL.Path == to || a == operators && strings.HasPrefix(v.r.URL.Path, to+"/")})
	}
	return links
}

// uncapital begins a text with a small letter.
func uncapital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// capital begins a text with a capital letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
