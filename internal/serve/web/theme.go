package web

import "slices"

// themeLasts is how many seconds a browser keeps which colours its person wants.
const themeLasts = 365 * 24 * 60 * 60

// theme is which colours the viewer wants; "" is what the system has.
func (v *visit) theme() string {
	c, err := v.r.Cookie(v.cookie("archwire-theme"))
	if err != nil || !slices.Contains([]string{"light", "dark"}, c.Value) {
		return ""
	}
	return c.Value
}

// doTheme keeps which colours the viewer wants, and goes back.
func doTheme(v *visit) error {
	switch theme := v.form.Get("theme"); theme {
	case "light", "dark":
		v.setCookie("archwire-theme", theme, themeLasts)
	default:
		v.setCookie("archwire-theme", "", -1)
	}
	to := local(v.form.Get("to"))
	if to == "" {
		to = "/"
	}
	return v.redirect(to)
}
