package tsql

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"strings"
	"unicode/utf8"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// textFunctions are "String functions (Transact-SQL)", DATALENGTH and HASHBYTES.
var textFunctions = map[string]function{
	"LEN":        {1, 1, lengthOf},
	"DATALENGTH": {1, 1, dataLength},
	"HASHBYTES":  {2, 2, hashBytes},
	"LOWER":      {1, 1, mapped(strings.ToLower)},
	"UPPER":      {1, 1, mapped(strings.ToUpper)},
	"LTRIM":      {1, 1, mapped(func(s string) string { return strings.TrimLeft(s, " ") })},
	"RTRIM":      {1, 1, mapped(func(s string) string { return strings.TrimRight(s, " ") })},
	"TRIM":       {1, 1, mapped(func(s string) string { return strings.Trim(s, " ") })},
	"REVERSE":    {1, 1, mapped(reversed)},
	"SUBSTRING":  {3, 3, substring},
	"LEFT":       {2, 2, func(_ *binder, a []expr) expr { return side(a, true) }},
	"RIGHT":      {2, 2, func(_ *binder, a []expr) expr { return side(a, false) }},
	"REPLACE":    {3, 3, replace},
	"REPLICATE":  {2, 2, replicate},
	"SPACE":      {1, 1, space},
	"CONCAT":     {2, 254, concat},
	"CONCAT_WS":  {3, 254, concatWith},
	"CHARINDEX":  {2, 3, charIndex},
	"STUFF":      {4, 4, stuff},
	"QUOTENAME":  {1, 2, quoteName},
	"CHAR":       {1, 1, char},
	"NCHAR":      {1, 1, nchar},
	"ASCII":      {1, 1, func(_ *binder, a []expr) expr { return codeOf(a, false) }},
	"UNICODE":    {1, 1, func(_ *binder, a []expr) expr { return codeOf(a, true) }},
}

func mapped(f func(string) string) func(*binder, []expr) expr {
	return func(_ *binder, args []expr) expr {
		t := textual(args[0])
		return strict(varying(t, t.Length), as(args, t), func(v []any) any { return f(v[0].(string)) })
	}
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// lengthOf counts characters without blanks at the end: units of UTF-16 for
// n-types, characters of others.
func lengthOf(_ *binder, args []expr) expr {
	t := textual(args[0])
	return strict(lengthType(t), as(args, t), func(v []any) any {
		s := strings.TrimRight(v[0].(string), " ")
		if value.IsWide(t) {
			return int64(len(value.UTF16(s)))
		}
		return int64(utf8.RuneCountInString(s))
	})
}

func lengthType(t value.Type) value.Type {
	if t.Length < 0 {
		return value.BigInt
	}
	return value.Int
}

func dataLength(_ *binder, args []expr) expr {
	t := value.Plain(args[0].typ)
	return strict(lengthType(t), args, func(v []any) any { return int64(sizeOf(v[0], t)) })
}

func sizeOf(v any, t value.Type) int {
	switch value.FamilyOf(t) {
	case value.Text:
		n := value.Units(v.(string), t)
		if value.IsWide(t) {
			n *= 2
		}
		return n
	case value.Binary, value.CLR:
		return len(v.([]byte))
	}
	return value.Named(t.Name, typeArgs(t), false).Length
}

func typeArgs(t value.Type) []int {
	switch value.FamilyOf(t) {
	case value.Decimal:
		return []int{t.Precision, t.Scale}
	case value.Time, value.DateTime2, value.DateTimeOffset:
		return []int{t.Scale}
	}
	return nil
}

// hashBytes is HASHBYTES of bytes, or of text as it is stored.
func hashBytes(q *binder, args []expr) expr {
	t := value.Plain(args[1].typ)
	if f := value.FamilyOf(t); f != value.Text && f != value.Binary || value.IsOld(t) {
		value.Fail(8116, "Argument data type %s is invalid for argument 2 of hashbytes function.", t.Name)
	}
	return strict(value.VarBinary(8000), as(args, value.VarChar(8000)), func(v []any) any {
		var b []byte
		switch data := v[1].(type) {
		case []byte:
			b = data
		case string:
			if value.IsWide(t) {
				b = value.WideBytes(data)
			} else {
				b = value.Encode(data, t.Collation)
			}
		}
		if len(b) > 8000 && q.oldHash() {
			value.Fail(8152, "String or binary data would be truncated.")
		}
		return hashed(strings.ToUpper(v[0].(string)), b)
	})
}

// oldHash says whether the server is older than SQL Server 2016, whose HASHBYTES
// takes 8000 bytes.
func (q *binder) oldHash() bool { return q.major() < 13 && !q.engine.options.service() }

func hashed(algorithm string, b []byte) any {
	switch algorithm {
	case "MD5":
		h := md5.Sum(b)
		return h[:]
	case "SHA", "SHA1":
		h := sha1.Sum(b)
		return h[:]
	case "SHA2_256":
		h := sha256.Sum256(b)
		return h[:]
	case "SHA2_512":
		h := sha512.Sum512(b)
		return h[:]
	}
	return nil
}

func substring(_ *binder, args []expr) expr {
	if value.FamilyOf(args[0].typ) == value.Binary {
		t := value.VarBinary(args[0].typ.Length)
		return strict(t, as(args, value.Type{}, value.BigInt, value.BigInt), func(v []any) any {
			b := v[0].([]byte)
			from, to := bounds(v[1].(int64), v[2].(int64), len(b))
			return b[from:to]
		})
	}
	t := textual(args[0])
	return strict(varying(t, t.Length), as(args, t, value.BigInt, value.BigInt), func(v []any) any {
		u := value.UTF16(v[0].(string))
		from, to := bounds(v[1].(int64), v[2].(int64), len(u))
		return value.FromUTF16(u[from:to])
	})
}

// bounds cuts a start from 1 and a length to what there is.
func bounds(start, length int64, n int) (from, to int) {
	if length < 0 {
		value.Fail(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.")
	}
	end := min(start+length-1, int64(n))
	begin := max(start-1, 0)
	if begin >= end {
		return 0, 0
	}
	return int(begin), int(end)
}

func side(args []expr, left bool) expr {
	t := textual(args[0])
	return strict(varying(t, t.Length), as(args, t, value.BigInt), func(v []any) any {
		u, n := value.UTF16(v[0].(string)), v[1].(int64)
		if n < 0 {
			value.Fail(536, "Invalid length parameter passed to the left function.")
		}
		n = min(n, int64(len(u)))
		if left {
			return value.FromUTF16(u[:n])
		}
		return value.FromUTF16(u[int64(len(u))-n:])
	})
}

func replace(_ *binder, args []expr) expr {
	t := textual(args[0])
	if value.IsWide(args[1].typ) || value.IsWide(args[2].typ) {
		t = value.NVarChar(-1)
	}
	t = varying(t, -1)
	return strict(t, as(args, t, t, t), func(v []any) any {
		if v[1].(string) == "" {
			return v[0]
		}
		return replaceFold(v[0].(string), v[1].(string), v[2].(string), t.Collation)
	})
}

// replaceFold replaces as the collation compares.
func replaceFold(s, from, to, collation string) string {
	name := strings.ToUpper(collation)
	if strings.Contains(name, "_CS") || strings.Contains(name, "_BIN") {
		return strings.ReplaceAll(s, from, to)
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+len(from) <= len(s) && strings.EqualFold(s[i:i+len(from)], from) {
			b.WriteString(to)
			i += len(from)
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func replicate(_ *binder, args []expr) expr {
	t := textual(args[0])
	if t.Length >= 0 {
		t = varying(t, 8000)
	}
	return strict(t, as(args, t, value.BigInt), func(v []any) any {
		n := v[1].(int64)
		if n < 0 {
			return nil
		}
		s, _ := value.Fit(strings.Repeat(v[0].(string), int(n)), t)
		return s
	})
}

func space(_ *binder, args []expr) expr {
	return strict(value.VarChar(8000), as(args, value.BigInt), func(v []any) any { return strings.Repeat(" ", int(min(v[0].(int64), 8000))) })
}

// concat joins all arguments as text; NULL is nothing.
func concat(q *binder, args []expr) expr {
	texts := make([]expr, len(args))
	for i, a := range args {
		texts[i] = q.asText(a)
	}
	x := texts[0]
	for _, y := range texts[1:] {
		x = expr{typ: joined(x, y), rank: max(x.rank, y.rank)}
	}
	t := x.typ
	for i := range texts {
		texts[i] = texts[i].to(unbounded(t))
	}
	r := derived(t, texts, func(fr *frame) any {
		var b strings.Builder
		for _, x := range texts {
			if s, ok := x.eval(fr).(string); ok {
				b.WriteString(s)
			}
		}
		s, _ := value.Fit(b.String(), t)
		return s
	})
	r.nullable = false
	return r
}

// asText is an argument as text of the length that its type needs.
func (q *binder) asText(a expr) expr {
	if value.FamilyOf(a.typ) == value.Text && !value.IsMissing(a.typ) {
		return a
	}
	t := value.VarChar(60)
	t.Collation = q.collation()
	if value.FamilyOf(a.typ) == value.Binary {
		t.Length = a.typ.Length
	}
	if value.IsMissing(a.typ) {
		return constantly(nil, value.VarChar(1))
	}
	y := a.to(t)
	y.rank = 0
	return y
}

func concatWith(q *binder, args []expr) expr {
	t := value.NVarChar(4000)
	for i := range args {
		args[i] = q.asText(args[i]).to(t)
	}
	r := derived(t, args, func(fr *frame) any {
		sep, _ := args[0].eval(fr).(string)
		var parts []string
		for _, x := range args[1:] {
			if s, ok := x.eval(fr).(string); ok {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, sep)
	})
	r.nullable = false
	return r
}

func charIndex(_ *binder, args []expr) expr {
	t := textual(args[1])
	return strict(lengthType(t), as(args, value.NVarChar(-1), value.NVarChar(-1), value.BigInt), func(v []any) any {
		find, in := value.UTF16(strings.ToLower(v[0].(string))), value.UTF16(strings.ToLower(v[1].(string)))
		from := 0
		if len(v) > 2 {
			from = int(max(v[2].(int64)-1, 0))
		}
		for i := from; len(find) > 0 && i+len(find) <= len(in); i++ {
			if value.FromUTF16(in[i:i+len(find)]) == value.FromUTF16(find) {
				return int64(i + 1)
			}
		}
		return int64(0)
	})
}

func stuff(_ *binder, args []expr) expr {
	t := textual(args[0])
	t = varying(t, -1)
	return strict(t, as(args, t, value.BigInt, value.BigInt, t), func(v []any) any {
		u := value.UTF16(v[0].(string))
		start, length := v[1].(int64), v[2].(int64)
		if start < 1 || start > int64(len(u)) || length < 0 {
			return nil
		}
		end := min(start-1+length, int64(len(u)))
		return value.FromUTF16(u[:start-1]) + v[3].(string) + value.FromUTF16(u[end:])
	})
}

func quoteName(_ *binder, args []expr) expr {
	return strict(value.NVarChar(258), as(args, value.NVarChar(128), value.NVarChar(1)), func(v []any) any {
		open, closing := "[", "]"
		if len(v) > 1 {
			switch v[1] {
			case "'", `"`:
				open, closing = v[1].(string), v[1].(string)
			case "(", ")":
				open, closing = "(", ")"
			}
		}
		return open + strings.ReplaceAll(v[0].(string), closing, closing+closing) + closing
	})
}

func char(_ *binder, args []expr) expr {
	return strict(value.Type{Name: "char", Length: 1, Collation: value.DefaultCollation}, as(args, value.Int), func(v []any) any {
		if n := v[0].(int64); n >= 0 && n < 256 {
			return value.Decode([]byte{byte(n)}, value.DefaultCollation)
		}
		return nil
	})
}

func nchar(_ *binder, args []expr) expr {
	return strict(value.NVarChar(2), as(args, value.Int), func(v []any) any {
		n := v[0].(int64)
		if n < 0 || n > 0xFFFF {
			return nil
		}
		return value.FromUTF16([]uint16{uint16(n)})
	})
}

func codeOf(args []expr, wide bool) expr {
	return strict(value.Int, as(args, value.NVarChar(-1)), func(v []any) any {
		s := v[0].(string)
		if s == "" {
			return nil
		}
		if wide {
			return int64(value.UTF16(s)[0])
		}
		return int64(value.Encode(s, value.DefaultCollation)[0])
	})
}
