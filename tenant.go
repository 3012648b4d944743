package archwire

// A Noun is what the project calls a tenant; it names paths and parameters of
// the API.
type Noun struct {
	Singular string `json:"noun"`   // practice
	Plural   string `json:"plural"` // practices
}

// A Tenant is a customer of the vendor.
type Tenant struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Timezone string `json:"timezone"` // IANA name
}
