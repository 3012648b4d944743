package redshift

import (
	"strings"
	"testing"

	"archwire"
)

func TestParseURL(t *testing.T) {
	for url, want := range map[string]place{
		"redshift://u:p@h.example.com/dev":                    {auth: byPassword, port: "5439", user: "u", password: "p", sslmode: "verify-full"},
		"redshift://u:a%40b@h.example.com:5440/dev":           {auth: byPassword, port: "5440", user: "u", password: "a@b", sslmode: "verify-full"},
		"redshift://h.example.com/dev?auth=iam&cluster=c":     {auth: byIAM, port: "5439", cluster: "c", sslmode: "verify-full"},
		"redshift://h.example.com/dev?auth=iam&workgroup=w":   {auth: byIAM, port: "5439", workgroup: "w", sslmode: "verify-full"},
		"redshift://h.example.com/dev?secret=s&region=eu-1":   {auth: bySecret, port: "5439", secret: "s", region: "eu-1", sslmode: "verify-full"},
		"redshift://u:p@h.example.com/dev?sslmode=require":    {auth: byPassword, port: "5439", user: "u", password: "p", sslmode: "require"},
		"redshift://u:p@h.example.com/dev?sslrootcert=ca.pem": {auth: byPassword, port: "5439", user: "u", password: "p", sslmode: "verify-full", sslrootcert: "ca.pem"},
	} {
		want.host, want.database = "h.example.com", "dev"
		if got, err := parseURL(url); err != nil || got != want {
			t.Errorf("%s is %+v, %v", url, got, err)
		}
	}
}

func TestParseURL_Refuses(t *testing.T) {
	for _, url := range []string{
		"", "redshift:", "redshift://h", "redshift://h/", "redshift://h/a/b", "postgres://u:open-sesame@h/dev", "redshift://u:open-sesame@h/dev#x",
		"redshift://h/dev", "redshift://u@h/dev", "redshift://:open-sesame@h/dev", "redshift://u:open-sesame@h/dev?auth=iam&cluster=c",
		"redshift://u:open-sesame@h/dev?cluster=c", "redshift://h/dev?auth=iam", "redshift://h/dev?auth=iam&cluster=c&workgroup=w",
		"redshift://h/dev?auth=iam&cluster=c&secret=s", "redshift://h/dev?auth=secret", "redshift://u:open-sesame@h/dev?secret=s",
		"redshift://h/dev?secret=s&cluster=c", "redshift://h/dev?auth=kerberos", "redshift://u:open-sesame@h/dev?sslmode=disable",
		"redshift://u:open-sesame@h/dev?sslmode=prefer", "redshift://u:open-sesame@h/dev?password=open-sesame", "redshift://u:open-sesame@h/dev?region=",
		"redshift://u:open-sesame@h/dev?region=a&region=b", "redshift://u:open-sesame@h/%zz", "redshift://u:open-sesame@h/dev?%zz",
	} {
		err := CheckURL(url)
		if archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" || strings.Contains(err.Error(), "open-sesame") {
			t.Errorf("%s gives %v, hint %q", url, err, archwire.HintOf(err))
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("redshift://u:p@h:1/d?auth=iam&cluster=c")
	f.Fuzz(func(t *testing.T, url string) {
		p, err := parseURL(url)
		if err != nil && archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("%q: %v", url, err)
		}
		if err == nil && p.password != "" && !strings.Contains(p.host, p.password) && !strings.Contains(p.database, p.password) && strings.Contains(p.String(), p.password) {
			t.Errorf("%q is shown with its password", url)
		}
	})
}
