package rowfunc

import "C"

import (
	"fmt"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"archwire/internal/rowhash"
)

// archwirePrint is called by DuckDB, from several of its threads at once, for some
// 2,000 rows at a time.
//
//export archwirePrint
func archwirePrint(info, input, output unsafe.Pointer) {
	defer func() {
		if p := recover(); p != nil { // else the process would end
			mapping.ScalarFunctionSetError(mapping.FunctionInfo{Ptr: info}, fmt.Sprint(p))
		}
	}()
	if err := printRows(mapping.DataChunk{Ptr: input}, mapping.Vector{Ptr: output}); err != nil {
		mapping.ScalarFunctionSetError(mapping.FunctionInfo{Ptr: info}, err.Error())
	}
}

func printRows(chunk mapping.DataChunk, out mapping.Vector) error {
	n := int(mapping.DataChunkGetSize(chunk))
	if n == 0 {
		return nil
	}
	kinds := vectorOf(chunk, 0, n).text(0)
	if columns := int(mapping.DataChunkGetColumnCount(chunk)) - 1; columns != len(kinds) {
		return fmt.Errorf("%d columns are announced, and %d are given", len(kinds), columns)
	}
	rows := rowhash.Rows(unsafe.Slice((*uint64)(mapping.VectorGetData(out)), n))
	clear(rows)
	for i := range len(kinds) {
		if err := vectorOf(chunk, i+1, n).mix(rows, i, kinds[i] == 'u'); err != nil {
			return err
		}
	}
	rows.Print()
	return nil
}
