package chaostest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
)

// thousandths writes a decimal with three places.
func thousandths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%03d", sign, n/1000, n%1000)
}

// write is the letter as bytes, with its wrong rows among the others. Of parcels some
// have a column that is not declared.
func (l letter) write(compressed, wider bool) string {
	var rows []string
	for _, p := range l.parcels {
		rows = append(rows, p.csv(l.change, wider))
	}
	for _, r := range l.read {
		rows = append(rows, fmt.Sprintf(`{"reading_id": %d, "value": %s, "shop_id": %d, "by": "Zoë"}`, r.id, thousandths(r.thousandths), r.shop))
	}
	for i := range l.wrong {
		wrong := fmt.Sprintf(`{"reading_id": "wrong", "shop_id": %d}`, i)
		if l.read == nil {
			wrong = sent{id: int64(i)}.csv(l.change, wider)
			wrong = "x" + wrong
		}
		at := i * 7 % (len(rows) + 1)
		rows = append(rows[:at], append([]string{wrong}, rows[at:]...)...)
	}
	if l.read == nil {
		header := "parcel_id,shop_id,weight,sent_on,note"
		if wider {
			header += ",extra"
		}
		if l.change {
			header += ",op"
		}
		rows = append([]string{header}, rows...)
	}
	text := strings.Join(rows, "\n") + "\n"
	if !compressed {
		return text
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		panic(err) // into memory
	}
	if err := z.Close(); err != nil {
		panic(err) // into memory
	}
	return out.String()
}

// csv is a parcel as a row: NULL is nothing, a text is in quotes.
func (p sent) csv(change, wider bool) string {
	note := ""
	if p.note != nil {
		note = `"` + strings.ReplaceAll(*p.note, `"`, `""`) + `"`
	}
	row := fmt.Sprintf("%d,%d,%s,%s,%s", p.id, p.shop, thousandths(p.grams), date(p.sentOn), note)
	if wider {
		row += ",more"
	}
	if change {
		row += map[bool]string{false: ",U", true: ",D"}[p.gone]
	}
	return row
}

// rejectedLines counts the rows that a file of the quarantine holds.
func rejectedLines(content []byte) (n int) {
	for line := range bytes.Lines(content) {
		if json.Valid(line) {
			n++
		}
	}
	return n
}
