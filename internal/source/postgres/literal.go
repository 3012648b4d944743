package postgres

import (
	"fmt"
	"math"
	"time"
)

// postgresDate writes a date as the server reads it, years before the first and
// after the 9999th included.
func postgresDate(d time.Time) string {
	year, era := d.Year(), ""
	if year < 1 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d%s", year, d.Month(), d.Day(), era)
}

// postgresTime writes an instant, or a timestamp as if in UTC, to the microsecond.
func postgresTime(at time.Time) string {
	year, era := at.Year(), ""
	if year < 1 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s",
		year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond()/1000, era)
}

// dateLiteral writes a date in the form that batches carry.
func dateLiteral(days int32) string {
	switch days {
	case math.MaxInt32:
		return "infinity"
	case -math.MaxInt32:
		return "-infinity"
	}
	return postgresDate(time.Unix(int64(days)*86400, 0).UTC())
}

// timeLiteral writes a timestamp in the form that batches carry.
func timeLiteral(micros int64) string {
	switch micros {
	case math.MaxInt64:
		return "infinity"
	case -math.MaxInt64:
		return "-infinity"
	}
	return postgresTime(time.UnixMicro(micros).UTC())
}

// clockLiteral writes a time of day; 24:00 is one.
func clockLiteral(micros int64) string {
	seconds := micros / 1_000_000
	return fmt.Sprintf("%02d:%02d:%02d.%06d", seconds/3600, seconds/60%60, seconds%60, micros%1_000_000)
}
