package verify

import (
	"context"
	"slices"

	"archwire"
)

// A lone key is one that a part's counts and sums tell to be on one side only.
// One side has one row more: if the others are the same, the sums of the keys
// differ by that row's key.
type lone struct {
	key   int64
	extra bool // on the side of the copy
}

// lone is what the prints of keys tell of a part; ok is false where they tell no
// key that belongs to it.
func (d differing) lone(c archwire.Cut) (l lone, ok bool) {
	more, less := d.source, d.copied
	if l.extra = d.copied.Rows > d.source.Rows; l.extra {
		more, less = less, more
	}
	l.key = int64(more.Sum - less.Sum) //nolint:gosec // sums wrap around, and so does their difference
	return l, more.Rows == less.Rows+1 && partOf(c, l.key) == d.part
}

// lookUp finds the parts that differ by a lone key without looking into them:
// each side is asked for all these keys at once. Where only the expected side has
// the key, the rest of the part has equal prints, which is what is asked of every
// part. The other parts are left to be looked into.
func (c Comparison) lookUp(
	ctx context.Context, spec archwire.PrintSpec, differ []differing, found func(context.Context, Difference) error,
) (left []differing, err error) {
	if !c.Keys || c.Cut.Width <= 0 {
		return differ, nil
	}
	lones := make(map[int]lone, len(differ))
	for _, d := range differ {
		if l, ok := d.lone(c.Cut); ok {
			lones[d.part] = l
			spec.Only = append(spec.Only, l.key)
		}
	}
	if len(lones) == 0 {
		return differ, nil
	}
	slices.Sort(spec.Only)
	source, copied, err := c.rows(ctx, spec)
	if err != nil {
		return nil, err
	}
	defer source.release()
	defer copied.release()
	missing, extra := newPicker(c.Table), newPicker(c.Table)
	defer missing.release()
	defer extra.release()
	for _, d := range differ {
		l, ok := lones[d.part]
		theirs, ours := source.with(l.key), copied.with(l.key)
		switch {
		case ok && l.extra && len(theirs) == 0 && len(ours) == 1:
			extra.take(copied, ours[0])
		case ok && !l.extra && len(theirs) == 1 && len(ours) == 0:
			missing.take(source, theirs[0])
		default:
			left = append(left, d)
		}
	}
	d := Difference{Table: c.Table, Missing: missing.batch(), Extra: extra.batch()}
	defer d.release()
	if d.Rows() == 0 {
		return left, nil
	}
	return left, found(ctx, d)
}

// with are the rows whose key is this whole number.
func (r *rows) with(key int64) []where {
	from, _ := slices.BinarySearchFunc(r.at, where{whole: key}, byKey)
	to := from
	for to < len(r.at) && byKey(r.at[to], where{whole: key}) == 0 {
		to++
	}
	return r.at[from:to]
}
