package operator

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/contract"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/request"
)

// ContractsDoc says which contracts are served, and who relies on them.
type ContractsDoc struct {
	Days      int           `json:"days" doc:"For how long a use counts: what nobody used since may be changed."`
	Contracts []ContractDoc `json:"contracts"`
}

// ContractDoc is what is promised of a dataset or a metric.
type ContractDoc struct {
	Kind       string       `json:"kind" enum:"dataset,metric"`
	Name       string       `json:"name"`
	Contract   int          `json:"contract" doc:"The contract of a dataset, the version of a metric; 0 of uses that do not say it."`
	Served     bool         `json:"served" doc:"It is in the publication in service."`
	Deprecated *time.Time   `json:"deprecated" nullable:"true" doc:"Since when its end is known."`
	Sunset     archwire.Day `json:"sunset" doc:"The last business date that it is published for; empty while none is set."`
	Users      []UserDoc    `json:"users" doc:"Who was sent any of it, the latest first."`
}

// UserDoc is who uses a contract.
type UserDoc struct {
	Client  string           `json:"client" doc:"Empty of a person who calls for none."`
	Person  string           `json:"person" doc:"The name of one who calls for no client."`
	Profile archwire.Profile `json:"profile" enum:"aggregate,pseudonymous,identified" doc:"In which it was sent."`
	All     bool             `json:"all" doc:"All columns were sent, not chosen ones."`
	Columns []string         `json:"columns" doc:"That were chosen, split by or filtered by."`
	Answers int              `json:"answers" doc:"Sent whole."`
	Last    time.Time        `json:"last"`
}

// A promise is what a ContractDoc is about.
type promise struct {
	metric   bool
	name     string
	contract int
}

// Contracts answers GET /v1/operator/contracts.
func (h *Handler) Contracts(c *request.Call) error { return plain(c, h.ContractsDoc) }

// ContractsDoc are the contracts, and who relies on them.
func (h *Handler) ContractsDoc(ctx context.Context) (doc ContractsDoc, err error) {
	done, err := h.slowly(ctx)
	if err != nil {
		return doc, err
	}
	defer done()
	m, err := h.current(ctx)
	if err != nil {
		return doc, err
	}
	uses, err := h.Disclosures.Uses(ctx, h.Now().AddDate(0, 0, -contract.Days))
	if err != nil {
		return doc, unreadable(err)
	}
	named, err := h.names(ctx)
	return ContractsDoc{contract.Days, contractDocs(m, uses, named)}, err
}

// names are those of people, by their ids.
func (h *Handler) names(ctx context.Context) (map[string]string, error) {
	people, err := h.Access.People(ctx, "")
	named := map[string]string{}
	for _, p := range people {
		named[p.ID] = p.Name
	}
	return named, err
}

// contractDocs are those of a publication, and those that were used and are in
// service no more.
func contractDocs(m archwire.Manifest, uses []ledger.Use, named map[string]string) []ContractDoc {
	docs := []ContractDoc{}
	at := map[promise]int{}
	add := func(of promise, d ContractDoc) int {
		d.Kind = map[bool]string{true: "metric", false: "dataset"}[of.metric]
		d.Name, d.Contract, d.Users = of.name, of.contract, []UserDoc{}
		at[of] = len(docs)
		docs = append(docs, d)
		return at[of]
	}
	for _, d := range m.Datasets {
		add(promise{false, archwire.Family(d.Name), d.Contract}, ContractDoc{Served: true, Deprecated: optional(d.Deprecated), Sunset: d.Sunset})
	}
	for _, k := range m.Metrics {
		add(promise{true, k.Name, k.Version}, ContractDoc{Served: true, Deprecated: optional(k.Deprecated), Sunset: k.Sunset})
	}
	for _, u := range uses {
		of := promise{u.Metric, u.Name, u.Contract}
		if u.Metric { // the ledger does not tell its version
			if i := slices.IndexFunc(m.Metrics, func(k archwire.Metric) bool { return k.Name == u.Name }); i >= 0 {
				of.contract = m.Metrics[i].Version
			}
		}
		i, ok := at[of]
		if !ok {
			i = add(of, ContractDoc{})
		}
		docs[i].Users = append(docs[i].Users, UserDoc{
			Client: u.Client, Person: cmp.Or(named[u.Person], u.Person), Profile: u.Profile, All: u.All, Columns: append([]string{}, u.Columns...), Answers: u.Answers, Last: u.Last.UTC(),
		})
	}
	for _, d := range docs {
		slices.SortStableFunc(d.Users, func(a, b UserDoc) int { return b.Last.Compare(a.Last) })
	}
	slices.SortStableFunc(docs, func(a, b ContractDoc) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), cmp.Compare(a.Contract, b.Contract))
	})
	return docs
}
