package tds

import (
	"encoding/binary"
	"errors"
	"slices"
)

const (
	microsPerDay    = 24 * 60 * 60 * 1_000_000
	microsPerMinute = 60 * 1_000_000

	// Days between the first one that a type counts from and 1970-01-01.
	daysFromYear1 = 719162
	daysFrom1900  = 25567

	// The calendar of SQL Server ends with 9999; that of datetime begins in 1753.
	lastDay           = 3652058 // since 0001-01-01
	firstDatetimeDay  = -53690  // since 1900-01-01
	daysFrom1To1900   = daysFromYear1 - daysFrom1900
	lastDayOfDatetime = lastDay - daysFrom1To1900
)

var (
	errTooFineTime = errors.New("a time has digits beyond the microsecond")
	errNoTime      = errors.New("a time is none of a day")
	errNoDate      = errors.New("a date is none of the calendar")
)

// date reads days since 0001-01-01, [MS-TDS] 2.2.5.5.1.8.
func date(v []byte) (int32, error) {
	days := int32(v[0]) | int32(v[1])<<8 | int32(v[2])<<16
	if days > lastDay {
		return 0, errNoDate
	}
	return days - daysFromYear1, nil
}

// clock reads time of a scale: units of a second by 10^scale since midnight, in 3
// to 5 bytes. It returns microseconds.
func clock(v []byte, scale int) (int64, error) {
	var n int64
	for _, b := range slices.Backward(v) {
		n = n<<8 | int64(b)
	}
	switch {
	case scale < 6:
		n *= microsPer[scale]
	case scale == 7:
		if n%10 != 0 {
			return 0, errTooFineTime
		}
		n /= 10
	}
	if n >= microsPerDay {
		return 0, errNoTime
	}
	return n, nil
}

// microsPer are microseconds in a unit of each scale.
var microsPer = [...]int64{1_000_000, 100_000, 10_000, 1_000, 100, 10, 1}

// datetime reads days since 1900-01-01 and three-hundredths of a second since
// midnight. The value is the milliseconds that the server shows: the nearest to
// the third, .000, .003 and .007; see datetime (Transact-SQL), Rounding.
func datetime(v []byte) (int64, error) {
	days := int64(int32(binary.LittleEndian.Uint32(v))) //nolint:gosec // a signed field
	ticks := int64(binary.LittleEndian.Uint32(v[4:]))
	if ticks >= 300*24*60*60 {
		return 0, errNoTime
	}
	if days < firstDatetimeDay || days > lastDayOfDatetime {
		return 0, errNoDate
	}
	millis := (ticks*10 + 1) / 3 // a third of ten is 3.3 or 6.7
	return (days-daysFrom1900)*microsPerDay + millis*1000, nil
}

// datetime4 reads smalldatetime: days since 1900-01-01 and minutes since
// midnight.
func datetime4(v []byte) (int64, error) {
	days, minutes := int64(binary.LittleEndian.Uint16(v)), int64(binary.LittleEndian.Uint16(v[2:]))
	if minutes >= 24*60 {
		return 0, errNoTime
	}
	return (days-daysFrom1900)*microsPerDay + minutes*microsPerMinute, nil
}

// datetime2 reads a time, then a date.
func datetime2(v []byte, scale int) (int64, error) {
	split := len(v) - 3
	t, err := clock(v[:split], scale)
	if err != nil {
		return 0, err
	}
	day, err := date(v[split:])
	return int64(day)*microsPerDay + t, err
}
