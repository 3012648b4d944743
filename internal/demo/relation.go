package demo

// relation numbers the tables of both databases.
type relation int

const (
	tPractice relation = iota
	tLocation
	tPayer
	tPlan
	tResponsibleParty
	tPolicy
	tContract
	tAccount
	tInstalment
	tProfile
	tAttempt
	tCode
	tCodeMapping
	tLedger
	tAllocation
	tClaim
	tClaimLine
	tClaimEvent
	tRemittance
	tRemittanceLine
	tDayClose
	tPerson
	tProvider
	tStaff
	tReferral
	tPatient
	tStatus
	tLead
	tExam
	tObservation
	tTreatment
	tEDC
	tAppointment
	tVisit
	relations
)

// relationNames holds each table's database and name.
var relationNames = [relations]struct {
	database, name string
}{
	tPractice:         {"rcm", "practice"},
	tLocation:         {"rcm", "location"},
	tPayer:            {"rcm", "payer"},
	tPlan:             {"rcm", "insurance_plan"},
	tResponsibleParty: {"rcm", "responsible_party"},
	tPolicy:           {"rcm", "policy"},
	tContract:         {"rcm", "contract"},
	tAccount:          {"rcm", "contract_account"},
	tInstalment:       {"rcm", "instalment"},
	tProfile:          {"rcm", "payment_profile"},
	tAttempt:          {"rcm", "payment_attempt"},
	tCode:             {"rcm", "transaction_code"},
	tCodeMapping:      {"rcm", "code_mapping"},
	tLedger:           {"rcm", "ledger_transaction"},
	tAllocation:       {"rcm", "allocation"},
	tClaim:            {"rcm", "claim"},
	tClaimLine:        {"rcm", "claim_line"},
	tClaimEvent:       {"rcm", "claim_event"},
	tRemittance:       {"rcm", "remittance"},
	tRemittanceLine:   {"rcm", "remittance_line"},
	tDayClose:         {"rcm", "day_close"},
	tPerson:           {"pms", "person"},
	tProvider:         {"pms", "provider"},
	tStaff:            {"pms", "staff"},
	tReferral:         {"pms", "referral_source"},
	tPatient:          {"pms", "patient"},
	tStatus:           {"pms", "status_history"},
	tLead:             {"pms", "lead"},
	tExam:             {"pms", "exam"},
	tObservation:      {"pms", "observation"},
	tTreatment:        {"pms", "treatment"},
	tEDC:              {"pms", "treatment_edc_revision"},
	tAppointment:      {"pms", "appointment"},
	tVisit:            {"pms", "visit"},
}

// name is the table's name within its database.
func (t relation) name() string { return relationNames[t].name }

// String names the table with its database.
func (t relation) String() string { return relationNames[t].database + "." + relationNames[t].name }
