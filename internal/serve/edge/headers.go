package edge

import "net/http"

// hsts tells browsers for a year to come with TLS only (RFC 6797).
const hsts = "max-age=31536000"

// Headers sets what every answer carries unless who answers says otherwise: that
// nothing of it is guessed, shown within other sites, run, kept or told on.
func Headers(tls bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		if tls {
			head.Set("Strict-Transport-Security", hsts)
		}
		next.ServeHTTP(w, r)
	})
}
