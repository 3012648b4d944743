package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"archwire"
)

// A Proof is what verifying the ledger found.
type Proof struct {
	Chains   []ChainProof `json:"chains"`
	Problems []string     `json:"problems"` // each one sentence; none when the ledger is as it was written
	Notes    []string     `json:"notes"`    // each one sentence: what other servers have written and not yet moved to the store
}

// A ChainProof is what was found of one chain.
type ChainProof struct {
	Head
	Segments int       `json:"segments"`
	Entries  int64     `json:"entries"`
	Since    time.Time `json:"since"`            // when what is kept of it begins
	Retired  uint64    `json:"retired,omitzero"` // lines before that, which were kept long enough
}

// Err is an error of code Mismatch when there are problems.
func (p Proof) Err() error {
	if len(p.Problems) == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("the ledger is not what was written: %s", p.Problems[0]),
		Hint: "Compare the files with a backup: somebody or something has changed them.",
	}
}

// Verify proves that each line of the ledger is linked to the one before, that no
// segment is missing, and that each chain goes as far as the anchors remember: of
// another server's chain, as far as it was moved to the store. anchors may be nil.
func (a *Archive) Verify(ctx context.Context, anchors Anchors) (p Proof, err error) {
	p = Proof{Chains: []ChainProof{}, Problems: []string{}, Notes: []string{}}
	var heads []Head
	if anchors != nil { // first: chains grow meanwhile
		if heads, err = anchors.Heads(ctx); err != nil {
			return p, fmt.Errorf("asking how far the ledger went: %w", err)
		}
	}
	chains, err := a.chains(ctx)
	if err != nil {
		return p, err
	}
	for _, c := range chains {
		v := verifier{archive: a}
		if i := slices.IndexFunc(heads, func(h Head) bool { return h.Chain == c.name }); i >= 0 {
			anchor := heads[i]
			v.anchor = &anchor
			heads = slices.Delete(heads, i, i+1)
		}
		if len(c.segments) == 0 {
			if v.anchor != nil {
				p.Problems = append(p.Problems, gone(*v.anchor))
			}
			continue
		}
		if err := v.chain(ctx, c); err != nil {
			return p, err
		}
		p.Chains = append(p.Chains, v.proof)
		p.Problems = append(p.Problems, v.problems...)
		p.Notes = append(p.Notes, v.notes...)
	}
	for _, h := range heads {
		if a.lost(h) {
			p.Problems = append(p.Problems, gone(h))
		} else {
			p.Notes = append(p.Notes, elsewhere(h, nil))
		}
	}
	return p, nil
}

// A verifier walks along one chain.
type verifier struct {
	archive  *Archive
	anchor   *Head
	proof    ChainProof
	problems []string
	notes    []string
	met      bool // the anchor's line is there
}

func (v *verifier) chain(ctx context.Context, c chainFiles) error {
	for i, name := range c.segments {
		err := v.segment(ctx, name, i == 0)
		if broken, ok := errors.AsType[*Broken](err); ok {
			v.problems = append(v.problems, broken.Error())
			return nil // what follows is linked to lines that are not known
		}
		if err != nil {
			return err
		}
	}
	switch {
	case v.anchor == nil || v.met || v.anchor.Seq < v.proof.Retired:
	case !c.here:
		v.notes = append(v.notes, elsewhere(*v.anchor, &v.proof.Seq))
	default:
		v.problems = append(v.problems, fmt.Sprintf("chain %s ends with line %d, where line %d is known to have been written",
			c.name, v.proof.Seq, v.anchor.Seq))
	}
	return nil
}

// segment walks along one segment. The first that is kept may follow others that
// were kept long enough.
func (v *verifier) segment(ctx context.Context, name string, first bool) error {
	v.proof.Segments++
	begin := func(s *segmentReader) error {
		if err := v.begin(s.header, first); err != nil {
			return &Broken{Segment: name, Line: s.header.First, Err: err}
		}
		return v.step(s)
	}
	return v.archive.read(ctx, name, begin, func(s *segmentReader, _ []byte) error {
		v.proof.Entries++
		return v.step(s)
	})
}

// begin says whether a segment follows what was read before.
func (v *verifier) begin(h header, first bool) error {
	p := &v.proof
	switch {
	case first && h.First == 0 && h.Prev != zeroLink:
		return errors.New("the first line of a chain is linked to another")
	case first:
		p.Since, p.Retired = h.At, h.First
	case h.First != p.Seq+1:
		return fmt.Errorf("what is between it and line %d is missing", p.Seq)
	case h.Prev != p.Link:
		return errors.New("it is linked to another line than the one before")
	}
	return nil
}

// step takes one line for proved, if the anchor does not know better.
func (v *verifier) step(s *segmentReader) error {
	v.proof.Head = Head{Chain: s.header.Chain, Seq: s.seq, Link: s.link, At: s.header.At}
	if v.anchor == nil || v.anchor.Seq != s.seq {
		return nil
	}
	v.met = true
	if v.anchor.Link != s.link {
		return &Broken{Segment: s.name, Line: s.seq, Err: errors.New("another line is known to have been written there")}
	}
	return nil
}
