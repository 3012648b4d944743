package fill

import "testing"

func TestArithmeticIsExact(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"a sum that no float holds", sum("0.10", "0.20"), "0.30"},
		{"a sum of 38 digits", sum("123456789012345678901234567890123456.78", "0.01"), "123456789012345678901234567890123456.79"},
		{"a sum of nothing", sum("", ""), ""},
		{"a sum of zero", sum("0", ""), "0"},
		{"scales that differ", sum("1", "2.5"), "3.5"},
		{"a difference", less("10.00", "12.5"), "-2.50"},
		{"a difference with none", less("", "1"), ""},
		{"a quotient, rounded as the API does", over("2", "3"), "0.666667"},
		{"by zero", over("2", "0.00"), ""},
		{"no number", sum("x", "1/2"), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s is %q, want %q", test.name, test.got, test.want)
		}
	}
}
