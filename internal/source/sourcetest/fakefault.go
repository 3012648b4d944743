package sourcetest

// A Call is a point at which a Fake can be made to fail or be watched.
type Call string

// The calls.
const (
	OnTables  Call = "Tables"
	OnView    Call = "View"
	OnChunks  Call = "Chunks"
	OnSince   Call = "Since"
	OnByKeys  Call = "ByKeys"
	OnChanges Call = "Changes" // or Deleted
	OnCount   Call = "Count"
	OnBatches Call = "Batches" // of one chunk
)

// A Fault makes a call fail.
type Fault struct {
	On    Call  // "" is OnBatches
	After int64 // rows of the table that OnBatches reads before it
	Times int   // how often; 0 is always
	Err   error
}

// Fail makes calls about a table fail from now on, or those of the source when
// table is ""; the zero Fault mends them all.
func (f *Fake) Fail(table string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault.Err == nil {
		delete(f.faults, table)
		return
	}
	if fault.On == "" {
		fault.On = OnBatches
	}
	if f.faults[table] == nil {
		f.faults[table] = map[Call]Fault{}
	}
	f.faults[table][fault.On] = fault
}

// Watch has a function called before each call, with the name of its table, ""
// for Tables and View. The function may take its time, and change the source.
func (f *Fake) Watch(watch func(call Call, table string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watch = watch
}

// calling says that a call begins; an error is its fault.
func (f *Fake) calling(call Call, table string) error {
	f.mu.Lock()
	watch := f.watch
	f.mu.Unlock()
	if watch != nil {
		watch(call, table)
	}
	if call == OnBatches {
		return nil // fails at a row
	}
	return f.fault(call, table, 0)
}

// fault is the fault of a call that has come to a row.
func (f *Fake) fault(call Call, table string, row int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault, ok := f.faults[table][call]
	if !ok || row < fault.After {
		return nil
	}
	if fault.Times == 1 {
		delete(f.faults[table], call)
	} else if fault.Times > 1 {
		fault.Times--
		f.faults[table][call] = fault
	}
	return fault.Err
}
