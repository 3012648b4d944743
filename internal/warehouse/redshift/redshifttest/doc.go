// Package redshifttest is a double of Amazon Redshift for tests: a server of
// PostgreSQL's wire protocol, over TLS, in front of a real PostgreSQL.
//
// It takes the statement forms in the table of forms.go and refuses every other,
// says and does what Redshift's documentation says of them, and refuses what
// Redshift refuses. Each form, function and refusal names the page that it follows:
// pages are those of the Amazon Redshift Database Developer Guide if nothing else is
// said. What was never seen on a real cluster remains a reading of the documentation.
package redshifttest
