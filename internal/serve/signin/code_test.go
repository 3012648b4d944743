package signin

import (
	"testing"
	"time"

	"github.com/pquerna/otp"
)

// TestCode_IsThatOfRFC6238 uses the vectors of its appendix B for SHA-1, which have
// eight digits.
func TestCode_IsThatOfRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for seconds, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		got, err := code(secret, seconds/stepSeconds, otp.DigitsEight)
		if err != nil || got != want {
			t.Errorf("at %d: %s, %v; want %s", seconds, got, err, want)
		}
		// Ours are the last six of them.
		step, ok, err := stepOf(secret, want[2:], time.Unix(seconds, 0))
		if err != nil || !ok || step != seconds/stepSeconds {
			t.Errorf("at %d: step %d, %t, %v", seconds, step, ok, err)
		}
	}
}

func TestStepOf_TakesTheNeighboursForClocksThatDiffer(t *testing.T) {
	secret := []byte("12345678901234567890")
	for seconds, want := range map[int64]bool{0: true, 29: true, 30: true, 59: true, 89: true, 90: false, 1000: false} {
		// 287082 is the code of the step from 30 to 59 s.
		if _, ok, err := stepOf(secret, "287082", time.Unix(seconds, 0)); ok != want || err != nil {
			t.Errorf("%d s: %t, %v", seconds, ok, err)
		}
	}
	for _, given := range []string{"", "28708", "2870821", "94287082", "287o82"} {
		if _, ok, err := stepOf(secret, given, time.Unix(59, 0)); ok || err != nil {
			t.Errorf("%q: %t, %v", given, ok, err)
		}
	}
}
