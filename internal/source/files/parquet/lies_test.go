package parquet

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"archwire"
)

// whole64 is numbers as PLAIN has them.
func whole64(v ...int64) []byte {
	var out []byte
	for _, n := range v {
		out = binary.LittleEndian.AppendUint64(out, uint64(n))
	}
	return out
}

func numbers(v ...int64) crafted { return crafted{values: len(v), body: whole64(v...)} }

// drained reads all of a file, as it is.
func drained(t *testing.T, data []byte) (rows int64, err error) {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 0, err
	}
	var columns []archwire.Column
	for _, c := range f.Columns() {
		if c.Refused == "" {
			columns = append(columns, c)
		}
	}
	for p, err := range f.Parts(t.Context(), columns) {
		if err != nil {
			return rows, err
		}
		if rows == 0 && f.Rows() > 1<<30 {
			return rows, nil // of NULLs by the billion, which take no room in a file
		}
		rows += p.Batch.NumRows()
	}
	for _, err := range f.Parts(t.Context(), nil) {
		if err != nil {
			return rows, err
		}
	}
	if rows != f.Rows() {
		t.Errorf("%d rows were read of %d, and no error", rows, f.Rows())
	}
	return rows, nil
}

// A file that is not what it says is an error in a sentence, whatever it claims, and what
// it claims is not made room for.
func TestFilesThatLie(t *testing.T) {
	defined := func(levels ...byte) []byte {
		return append(binary.LittleEndian.AppendUint32(nil, uint32(len(levels))), levels...)
	}
	dictionary := crafted{kind: dictionaryPage, values: 1, body: whole64(7)}
	for what, c := range map[string]struct {
		file craftedFile
		says string // "" is read
	}{
		"nothing wrong":                   {craftedFile{pages: []crafted{numbers(1, 2), numbers(3)}, rows: 3}, ""},
		"with check sums":                 {craftedFile{pages: []crafted{{values: 1, body: whole64(1), sum: true}}, rows: 1}, ""},
		"a page of no values":             {craftedFile{pages: []crafted{numbers(), numbers(3)}, rows: 1}, ""},
		"a page of another kind":          {craftedFile{pages: []crafted{{kind: indexPage, body: []byte("index")}, numbers(3)}, rows: 1}, ""},
		"a wrong check sum":               {craftedFile{pages: []crafted{{values: 1, body: whole64(1), sum: true, wrongSum: true}}, rows: 1}, "check sum"},
		"another magic number":            {craftedFile{pages: []crafted{numbers(1)}, rows: 1, magic: "PAR2"}, "does not end as a file of Parquet"},
		"an encrypted footer":             {craftedFile{pages: []crafted{numbers(1)}, rows: 1, magic: "PARE"}, "it is encrypted"},
		"encrypted columns":               {craftedFile{pages: []crafted{numbers(1)}, rows: 1, locked: true}, "it is encrypted"},
		"a footer longer than the file":   {craftedFile{pages: []crafted{numbers(1)}, rows: 1, length: 1 << 20}, "contradicts itself"},
		"a footer of gigabytes":           {craftedFile{pages: []crafted{numbers(1)}, rows: 1, length: math.MaxUint32}, "contradicts itself"},
		"a footer cut short":              {craftedFile{pages: []crafted{numbers(1)}, rows: 1, length: 20}, ""},
		"more columns than there are":     {craftedFile{pages: []crafted{numbers(1)}, rows: 1, columns: 1 << 30}, "contradicts itself"},
		"a list of groups beyond it":      {craftedFile{pages: []crafted{numbers(1)}, rows: 1, groups: 1 << 30}, "ends before its time"},
		"fewer rows in groups":            {craftedFile{pages: []crafted{numbers(1)}, rows: 2, groupRows: 1}, "contradicts itself"},
		"more rows in groups":             {craftedFile{pages: []crafted{numbers(1)}, rows: 1, groupRows: math.MaxInt64}, "contradicts itself"},
		"fewer values in the chunk":       {craftedFile{pages: []crafted{numbers(1)}, rows: 2, values: 1}, "as many rows"},
		"fewer values in pages":           {craftedFile{pages: []crafted{numbers(1)}, rows: 2}, "as many rows"},
		"rows by the billion":             {craftedFile{pages: []crafted{numbers(1)}, rows: 1 << 60}, "as many rows"},
		"more values in a page":           {craftedFile{pages: []crafted{numbers(1, 2, 3)}, rows: 2}, "as many rows"},
		"a page beyond the file":          {craftedFile{pages: []crafted{{values: 1, body: whole64(1), size: 1 << 30, stored: 1 << 30}}, rows: 1}, "256 MB"},
		"a page beyond the chunk":         {craftedFile{pages: []crafted{{values: 1, body: whole64(1), size: 1 << 20, stored: 1 << 20}}, rows: 1}, "ends before its time"},
		"a page that says a bigger size":  {craftedFile{pages: []crafted{{values: 1, body: whole64(1), size: 1 << 20}}, rows: 1}, "a size that its bytes cannot have"},
		"fewer bytes than values":         {craftedFile{pages: []crafted{{values: 9, body: whole64(1)}}, rows: 9}, "not of the form"},
		"a chunk behind the file":         {craftedFile{pages: []crafted{numbers(1)}, rows: 1, start: 1 << 40}, "contradicts itself"},
		"a chunk before the file":         {craftedFile{pages: []crafted{numbers(1)}, rows: 1, start: -8}, "contradicts itself"},
		"a chunk of more than the file":   {craftedFile{pages: []crafted{numbers(1)}, rows: 1, size: math.MaxInt64}, "contradicts itself"},
		"no number of its dictionary":     {craftedFile{pages: []crafted{dictionary, {values: 1, encoding: runDictionary, body: []byte{1, 2, 1}}}, rows: 1}, "not of the form"},
		"a number of its dictionary":      {craftedFile{pages: []crafted{dictionary, {values: 1, encoding: runDictionary, body: []byte{1, 2, 0}}}, rows: 1}, ""},
		"numbers without a dictionary":    {craftedFile{pages: []crafted{{values: 1, encoding: runDictionary, body: []byte{1, 2, 0}}}, rows: 1}, "not of the form"},
		"a dictionary of more than it is": {craftedFile{pages: []crafted{{kind: dictionaryPage, values: 1 << 30, body: whole64(7)}}, rows: 1}, "not of the form"},
		"an encoding of another type":     {craftedFile{pages: []crafted{{values: 1, encoding: deltaTexts, body: whole64(1)}}, rows: 1}, "encoding"},
		"an encoding that there is not":   {craftedFile{pages: []crafted{{values: 1, encoding: 77, body: whole64(1)}}, rows: 1}, "encoding"},
		"levels":                          {craftedFile{pages: []crafted{{values: 2, body: append(defined(4, 0), whole64()...)}}, rows: 2, repetition: optional}, ""},
		"levels above the greatest":       {craftedFile{pages: []crafted{{values: 2, body: append(defined(4, 2), whole64(1, 2)...)}}, rows: 2, repetition: optional}, "not of the form"},
		"levels longer than the page":     {craftedFile{pages: []crafted{{values: 2, body: []byte{255, 255, 255, 255, 4, 0}}}, rows: 2, repetition: optional}, "not of the form"},
		"fewer levels than values":        {craftedFile{pages: []crafted{{values: 3, body: append(defined(4, 0), whole64()...)}}, rows: 3, repetition: optional}, "not of the form"},
		"levels of the second form":       {craftedFile{pages: []crafted{{kind: dataPage2, values: 2, nulls: 2, defines: 2, body: []byte{4, 0}}}, rows: 2, repetition: optional}, ""},
		"longer ones than the page":       {craftedFile{pages: []crafted{{kind: dataPage2, values: 2, defines: 20, repeats: 1, body: []byte{4, 0}}}, rows: 2, repetition: optional}, "not of the form"},
		"a codec that is not read":        {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: lzo}, "LZO"},
		"a codec of old":                  {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: lz4Framed}, "LZ4_RAW"},
		"a codec that there is not":       {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: 99}, "not known"},
		"no Snappy":                       {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: snappy}, "does not have the size"},
		"no gzip":                         {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: gzipped}, "does not have the size"},
		"no Brotli":                       {craftedFile{pages: []crafted{{values: 1, body: whole64(-1)}}, rows: 1, codec: brotli}, "does not have the size"},
		"no Zstandard":                    {craftedFile{pages: []crafted{numbers(1)}, rows: 1, codec: zstandard}, "does not have the size"},
		"no LZ4":                          {craftedFile{pages: []crafted{{values: 1, body: whole64(-1)}}, rows: 1, codec: lz4Raw}, "not a whole file"},
		"Snappy of gigabytes":             {craftedFile{pages: []crafted{{values: 1, body: []byte("\xff\xff\xff\xff\x07\x00\x00"), size: 1 << 30}}, rows: 1, codec: snappy}, "256 MB"},
		"Snappy of what is not there":     {craftedFile{pages: []crafted{{values: 1, body: []byte("\x80\x80\x80\x40\x00\x00"), size: 128 << 20}}, rows: 1, codec: snappy}, "a size that its bytes cannot have"},
	} {
		data := c.file.bytes()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rows, err := drained(t, data)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 24<<20 {
			t.Errorf("%s: a file of %d bytes took %d bytes", what, len(data), took)
		}
		switch {
		case what == "a footer cut short": // which bytes are taken for it is chance
		case c.says == "" && (err != nil || rows != c.file.rows):
			t.Errorf("%s: %d rows, %v", what, rows, err)
		case c.says != "" && (err == nil || !strings.Contains(archwire.MessageOf(err)+err.Error(), c.says)):
			t.Errorf("%s: %v, want an error that says %q", what, err, c.says)
		}
	}
}

// Whatever is cut off or changed, there is an error or there are rows, and no panic.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"fastparquet", "arrow-snappy"} {
		whole, err := os.ReadFile("testdata/" + name + ".parquet")
		if err != nil {
			t.Fatal(err)
		}
		for cut := 0; cut < len(whole); cut += 101 {
			if _, err := drained(t, whole[:cut]); err == nil {
				t.Errorf("%s of %d bytes is read", name, cut)
			}
		}
		for at := 0; at < len(whole); at += 29 {
			spoilt := bytes.Clone(whole)
			spoilt[at] ^= 0x41
			_, _ = drained(t, spoilt)
		}
	}
}

// A byte of a page is not changed unseen where pages have check sums.
func TestCheckSums(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/arrow-brotli.parquet")
	if err != nil {
		t.Fatal(err)
	}
	pages, s := 0, &stream{buffer: whole[4:]}
	for ; pages < 20; pages++ {
		h, err := s.readHeader()
		if err != nil || !h.checked || h.compressed == 0 {
			t.Fatalf("page %d: %+v, %v", pages, h, err)
		}
		spoilt := bytes.Clone(whole)
		spoilt[4+s.pos+h.compressed/2] ^= 1
		if _, err := drained(t, spoilt); err == nil || !strings.Contains(err.Error(), "check sum") {
			t.Errorf("page %d is read with another byte: %v", pages, err)
		}
		s.pos += h.compressed
	}
}

// FuzzFile has anything be read. What fails to be read says so; what does not has as many
// rows as it says.
func FuzzFile(f *testing.F) {
	for _, name := range []string{"fastparquet", "arrow-brotli", "arrow-snappy", "arrow-lz4"} {
		data, err := os.ReadFile("testdata/" + name + ".parquet")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(craftedFile{pages: []crafted{numbers(1, 2), numbers(3)}, rows: 3}.bytes())
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = drained(t, data) })
}

// FuzzPages has any bytes be the pages of a column of each type and encoding.
func FuzzPages(f *testing.F) {
	for encoding := range 10 {
		for physical := range 8 {
			f.Add(uint8(physical), uint8(encoding), uint8(optional), uint16(3), []byte{2, 0, 0, 0, 6, 1, 128, 1, 4, 3, 2, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8})
			f.Add(uint8(physical), uint8(encoding), uint8(required), uint16(2), whole64(1, 2))
		}
	}
	f.Fuzz(func(t *testing.T, physical, encoding, repetition uint8, values uint16, body []byte) {
		c := column{element: element{name: "v", physical: int(physical % 8), width: 3, repetition: int(repetition % 2), converted: -1}}
		c.describe()
		pages := crafted{values: int(values), encoding: int(encoding % 10), body: body}
		dictionary := crafted{kind: dictionaryPage, values: int(values % 7), body: body}
		in := append(dictionary.bytes(), pages.bytes()...)
		file := &File{r: bytes.NewReader(in), limit: int64(len(in)), columns: []column{c}, leaves: 1}
		s, err := file.scan([]archwire.Column{{Name: "v", Type: archwire.Type{Kind: archwire.Text}}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		r := s.readers[0]
		if err := r.begin(chunk{physical: c.physical, values: int64(values)}, &stream{buffer: in}, int64(values)); err != nil {
			t.Fatal(err)
		}
		for r.left > 0 && err == nil {
			if err = r.fill(batchRows); err == nil { // a panic is a fault here
				a, _ := r.take(r.ready.Len())
				a.Release()
			}
		}
	})
}
