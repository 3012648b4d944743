package web

// showHome leads to the first page there is: to the runs where operators alone have
// anything to look at.
func showHome(v *visit) error {
	if v.unserved != nil {
		return v.redirect("/operator/runs")
	}
	if len(v.dashboards) > 0 {
		to := "/dashboards/" + v.dashboards[0].Name
		if q := v.r.URL.RawQuery; q != "" {
			to += "?" + q
		}
		return v.redirect(to)
	}
	return v.render("home", nil)
}
