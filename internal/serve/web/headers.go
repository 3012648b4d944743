package web

// policy lets a page use what this server has, and nothing else: no script or style
// within the page, no other host.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets what every page carries besides what every answer does.
func (v *visit) secure() {
	head := v.w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "private, no-store")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("X-Request-Id", v.id)
}
