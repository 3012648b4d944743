package operator

import "time"

// WarehouseDoc is how large a warehouse is, as it was seen last: the service that has it
// is not asked.
type WarehouseDoc struct {
	Place    string             `json:"place" doc:"The cluster or workgroup."`
	Size     string             `json:"size" doc:"As it was seen last; empty where it was not seen yet."`
	SeenAt   *time.Time         `json:"seen_at" nullable:"true" doc:"Since when it was seen to have that size."`
	Load     string             `json:"load" doc:"The size that is declared for runs."`
	Serve    string             `json:"serve" doc:"The size that is declared for all other times."`
	Lease    *WarehouseLeaseDoc `json:"lease,omitempty" doc:"For whom it is large, or on the way there or back; left out where for nobody."`
	Currency string             `json:"currency" doc:"Empty where no price is known."`
	Months   []WarehouseCostDoc `json:"months" doc:"This month in UTC and the last one, as far as sizes were seen."`
	Runs     []WarehouseCostDoc `json:"runs" doc:"What the last ones cost for whom it was large."`
}

// WarehouseLeaseDoc is for whom a warehouse is large.
type WarehouseLeaseDoc struct {
	Holder string    `json:"holder" doc:"A run, or operator:USER."`
	Phase  string    `json:"phase" enum:"growing,held,shrinking"`
	Since  time.Time `json:"since"`
}

// WarehouseCostDoc is what a month, or a run, cost.
type WarehouseCostDoc struct {
	Of     string `json:"of" doc:"A month, 2026-11, or who it was large for."`
	Amount string `json:"amount" doc:"A decimal, to the cent, without storage, tax and discounts; empty where no price is known."`
}
