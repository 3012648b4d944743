package project

import (
	"time"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// configFile is the name of the file that makes a folder a project.
const configFile = "archwire.yaml"

// projectSpec describes archwire.yaml.
func projectSpec(p *Project) spec {
	return spec{Name: KindProject, Doc: "The project: archwire.yaml.", Fields: []field{
		{"name", "The project's name.", true, "", text{&p.Name, projectName()}},
		{"tenant", "Who the customers are: what they are called and where they are listed.", true, "", object{tenantSpec(p)}},
		{"warehouse", "Where copies and models live.", false, "DuckDB in data/warehouse.duckdb", object{warehouseSpec(&p.Warehouse)}},
		{"state", "Where runs and keys are kept.", false, p.State, location{&p.State, "state store", []string{"sqlite", "postgres"}}},
		{"store", "Where publications are kept.", false, p.Store, location{&p.Store, "store", []string{"file", "s3"}}},
		{"cache", "Where files of a store in S3 are kept at hand.", false, "data/cache, up to 10GB", object{cacheSpec(&p.Cache)}},
		{"schedule", "When the project runs.", false, "by hand, in UTC", object{scheduleSpec(&p.Schedule)}},
		{"freshness", "How old the data in service may become.", false, "nothing is late", object{freshnessSpec(&p.Freshness)}},
		{"notify", "Who is told of what, by webhook.", false, "nobody", mappings[Hook]{
			&p.Hooks, "webhook", func(h *Hook) spec { h.On = archwire.Events(); return hookSpec(h) },
		}},
		{"webhooks", "Where events may be sent that clients have named.", false, "to public addresses only", object{webhooksSpec(&p.Webhooks)}},
		{"verify", "How much of the copies a run compares with their sources.", false, "all rows within 30 days", object{verifySpec(&p.Verify)}},
		{"keep", "How long publications are kept that are not in service any more.", false, "the newest 30, any other for a day", object{keepSpec(&p.Keep)}},
		{"ledger", "Where the server writes down what it discloses, and for how long it is kept.", false, "data/ledger, for six years", object{ledgerSpec(&p.Ledger)}},
		{"capacity", "How large the warehouse in Amazon Redshift is around a run, and otherwise.", false, "it stays as it is", optional[CapacityConfig]{&p.Capacity, newCapacity}},
		{"storage", "What it costs to keep data in the store, for operators to see.", false, "nothing is said of cost", object{storageSpec(&p.Storage)}},
		{"sign_in", "How people sign in to the server.", false, "by password", object{signInSpec(&p.SignIn)}},
		{
			"business_date", "SQL that gives one date, the business date of a run, from copied tables.", false,
			"yesterday in the schedule's time zone",
			text{&p.BusinessDate, anyText()},
		},
	}}
}

func tenantSpec(p *Project) spec {
	t := &p.Tenants
	return spec{Name: "tenant", Doc: "What a customer is called, and the table that lists them.", Fields: []field{
		{"noun", "What a tenant is called; it names parameters of the API: practice.", true, "", text{&p.Noun.Singular, name()}},
		{"plural", "The noun's plural; it names paths of the API: practices.", false, "the noun with an s", text{&p.Noun.Plural, name()}},
		{"table", "The copied table or model with one row a tenant.", true, "", text{&t.Table, relation()}},
		{"key", "Its column that identifies the tenant.", true, "", text{&t.Key, anyText()}},
		{"label", "Its column with the tenant's name.", true, "", text{&t.Label, anyText()}},
		{"timezone", "Its column with the tenant's time zone, an IANA name.", false, "all tenants are in the schedule's time zone", text{&t.Timezone, anyText()}},
	}}
}

func scheduleSpec(s *Schedule) spec {
	return spec{Name: "schedule", Doc: "When the project runs.", Fields: []field{
		{"run", "Minute, hour, day of month, month and day of week, as cron writes them. archwire run --daemon waits for it.", false, "by hand", cron{&s.Run}},
		{"timezone", "The zone that the schedule and the business date are in.", false, "UTC", timezone{&s.Timezone}},
	}}
}

func verifySpec(v *VerifyConfig) spec {
	return spec{Name: "verify", Doc: "How much of the copies a run compares with their sources, beside what it has just copied.", Fields: []field{
		{"days", "Within so many days every row of every table is compared, however often runs begin.", false, "30", integer{&v.Days, 1}},
	}}
}

func keepSpec(k *KeepConfig) spec {
	return spec{Name: "keep", Doc: "Publications that are in service no more are kept for a while, to roll back to.", Fields: []field{
		{"publications", "How many of the newest are kept, whatever their age.", false, "30", integer{&k.Publications, 1}},
		{"grace", "How long one that is not among them any more can still be read.", false, "24h", duration{&k.Grace}},
	}}
}

func cacheSpec(c *CacheConfig) spec {
	return spec{Name: "cache", Doc: "Slices of a store in S3 are fetched to a folder of this machine when they are first read; those used longest ago are removed.", Fields: []field{
		{"path", "The folder, relative to the project. Processes of this machine may share it.", false, c.Path, text{&c.Path, anyText()}},
		{"size", "How much it holds, beside what is being read at the moment.", false, c.Size, text{&c.Size, memory()}},
	}}
}

func ledgerSpec(l *LedgerConfig) spec {
	return spec{Name: "ledger", Doc: "The ledger of disclosures: who was sent what, when, about whom.", Fields: []field{
		{"path", "The folder of this machine where a server writes, relative to the project. What is complete goes to the store.", false, l.Path, text{&l.Path, anyText()}},
		{"days", "For how many days it is kept.", false, "2192, six years", integer{&l.Days, 1}},
	}}
}

func storageSpec(s *StorageConfig) spec {
	price := form{pattern: `^[0-9]{1,6}(\.[0-9]{1,9})?$`, says: "a decimal, in quotes, such as \"0.023\""}
	currency := form{pattern: `^[A-Z]{3}$`, says: "three capital letters, such as USD"}
	return spec{Name: "storage", Doc: "What it costs to keep data in the store.", Fields: []field{
		{"price_per_gb", "Of a gigabyte, which is a thousand million bytes, for a month.", true, "", text{&s.Price, price}},
		{"currency", "The currency of the price.", false, s.Currency, text{&s.Currency, currency}},
	}}
}

// defaults is a project as it is before its files are read.
func defaults() *Project {
	return &Project{
		Warehouse: WarehouseConfig{Engine: DuckDB, Path: "data/warehouse.duckdb", Role: "default"},
		State:     "sqlite:data/state.db",
		Store:     "file:data/store",
		Cache:     CacheConfig{Path: "data/cache", Size: "10GB"},
		Schedule:  Schedule{Timezone: time.UTC},
		Verify:    VerifyConfig{Days: 30},
		Keep:      KeepConfig{Publications: 30, Grace: 24 * time.Hour},
		Storage:   StorageConfig{Currency: "USD"},
		Ledger:    LedgerConfig{Path: "data/ledger", Days: 2192},
	}
}

func projectName() form {
	return form{
		pattern: `^[a-z][a-z0-9_-]{0,62}$`,
		says:    "lower-case letters, digits, _ and -, beginning with a letter, at most 63 characters",
	}
}

func memory() form {
	return form{
		pattern: `^[1-9][0-9]{0,5}(\.[0-9]+)? ?([KMGT]i?B)$`,
		says:    "a number and a unit, such as 512MB or 2GB",
	}
}

// taken lists what a noun may not be, because the API uses the word.
func taken() []string {
	return []string{
		"as_of", "by", "changes", "client", "clients", "compare", "cursor", "dashboard", "dashboards", "data", "dataset", "datasets", "docs", "explain",
		"expires", "export", "fields", "filter", "from", "grain", "grant", "grants", "key", "keys", "ledger", "limit", "manifest", "meta", "metric", "metrics",
		"name", "networks", "oauth", "page", "people", "period", "person", "profile", "publication", "publications", "purpose", "role", "roles", "rows",
		"since", "slice", "slices", "to", "token", "until", "webhook", "webhooks",
	}
}

// timezone is an IANA name.
type timezone struct{ into **time.Location }

func (v timezone) words() string { return "a time zone's IANA name, such as America/Denver" }

func (v timezone) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	zone, err := time.LoadLocation(s)
	if err != nil || s == "Local" { // the machine's own zone would make runs differ between machines
		d.complain(n, path, "%q is not a time zone; write an IANA name such as America/Denver or UTC", s)
		return
	}
	*v.into = zone
}
