package auth_test

import (
	"testing"

	"archwire/internal/serve/auth"
)

// What is read is spelt back in words that mean the same, and names one whom there may
// be.
func FuzzParseView(f *testing.F) {
	for _, text := range []string{"practice=17", "practice=17;role=practice_user", "client=partner", "client=17/bi", "practice=*", "=x", "client=a;role=practice_admin", "a=b=c;role=practice_admin"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, ok := auth.ParseView(text)
		if !ok {
			return
		}
		if again, ok := auth.ParseView(v.String()); !ok || again != v {
			t.Errorf("%q is %+v, spelt %q, which is %+v", text, v, v, again)
		}
		if (v.Tenant == "") == (v.Client == "") || v.Tenant == auth.Everyone || v.Role != "" && !v.Role.OfPractice() {
			t.Errorf("%q is %+v", text, v)
		}
	})
}
