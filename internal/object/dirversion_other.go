//go:build !linux

package object

import "io/fs"

// systemVersion is nothing: size and time of writing must do.
func systemVersion(fs.FileInfo) string { return "" }
