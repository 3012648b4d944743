package redshift

// A Layout says how a relation lies on the nodes of a cluster. What is left empty the
// planner chooses.
type Layout struct {
	Distribution string   // auto, even, all or key; "" leaves it to the planner
	Key          string   // the column of distribution key
	Sort         []string // columns, the first one first; nil leaves it to the planner, empty is none
}

// A load is a run's tables on their way in.
type load struct{}
