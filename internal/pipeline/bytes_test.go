package pipeline_test

import (
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// TestARunSaysHowManyBytesItHandled expects 8 bytes for each whole number, 16 for
// each decimal, and the length of each text.
func TestARunSaysHowManyBytesItHandled(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.runner.Project.Keep.Publications = 10
	first, err := b.run(t)
	check(t, err)
	if d := detail(first, archwire.Extract, "app.sale"); d.Bytes != 3*(8+8+16) {
		t.Errorf("3 sales of 32 bytes were read, and the run says %+v", d)
	}
	if d := detail(first, archwire.Extract, "app.shop"); d.Bytes != 2*8+int64(len("North")+len("South")) {
		t.Errorf("2 shops of 13 bytes were read, and the run says %+v", d)
	}
	written := b.stored(t)
	d := detail(first, archwire.Publish, "totals")
	if d.Skipped || d.Rows != 2 || d.Changed != 2 || d.Bytes != written {
		t.Errorf("2 slices of %d bytes in all were written, and the run says %+v", written, d)
	}

	again, err := b.run(t)
	check(t, err)
	if d := detail(again, archwire.Publish, "totals"); !d.Skipped || d.Rows != 2 || d.Changed != 0 || d.Bytes != 0 || d.Note == "" {
		t.Errorf("no slice was written, and the run says %+v", d)
	}

	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = append(s.Rows, sale(4, 2, "0.01")) })
	night, err := b.run(t)
	check(t, err)
	written = b.stored(t) - written
	if d := detail(night, archwire.Publish, "totals"); d.Skipped || d.Rows != 2 || d.Changed != 1 || d.Bytes != written {
		t.Errorf("1 slice of %d bytes was written, and the run says %+v", written, d)
	}
}

// TestRowsReadAgainCountAsBytesRead has a sweep find a row that the cursor misses.
func TestRowsReadAgainCountAsBytesRead(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	for i := range b.runner.Project.Sources[0].Tables {
		b.runner.Project.Sources[0].Tables[i].Overlap.Keys = 0
	}
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = append(s.Rows, sale(-7, 1, "5.00")) })
	night, err := b.run(t)
	check(t, err)
	if d := detail(night, archwire.Extract, "app.sale"); d.Rows == 0 || d.Bytes != d.Rows*(8+8+16) {
		t.Errorf("the sales have 32 bytes each, and the run says %+v", d)
	}
}

// stored adds up the files of slices in the store.
func (b *bundle) stored(t *testing.T) int64 {
	t.Helper()
	files, err := b.objects.List(t.Context(), "slices/")
	check(t, err)
	var n int64
	for _, f := range files {
		n += f.Size
	}
	return n
}
