package demo

import (
	"math"
	"math/rand/v2"
)

// rng is a reseedable source of the distributions that the simulation draws
// from. Each subject of each patient (path, money, claims, visits) has its own
// sequence, so that one subject ending early never shifts the draws of another.
type rng struct {
	pcg rand.PCG
	*rand.Rand
}

func newRNG() *rng {
	r := &rng{}
	r.Rand = rand.New(&r.pcg) //nolint:gosec // reproducible on purpose
	return r
}

// seed restarts the sequence that belongs to a seed and three numbers.
func (r *rng) seed(seed uint64, a, b, c int64) {
	x := mix(seed ^ hash(a))
	r.pcg.Seed(x, mix(x^mix(hash(b)^hash(c)^hash(b+c))))
}

// hash spreads a key over all numbers: for what must look random but needs
// neither a draw nor memory.
func hash(id int64) uint64 {
	return mix(uint64(id)) //nolint:gosec // bits, not a quantity
}

// mix is the finaliser of SplitMix64: nearby numbers become unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true with probability p.
func (r *rng) chance(p float64) bool { return r.Float64() < p }

// between returns a whole number from lo to hi, both included.
func (r *rng) between(lo, hi int) int { return lo + r.IntN(hi-lo+1) }

func (r *rng) normal(mean, sd float64) float64 { return mean + sd*r.NormFloat64() }

func (r *rng) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}

// beta draws a share with the given mean and standard deviation.
func (r *rng) beta(mean, sd float64) float64 {
	n := mean*(1-mean)/(sd*sd) - 1
	a, b := r.gamma(mean*n), r.gamma((1-mean)*n)
	return a / (a + b)
}

// gamma draws from the standard gamma distribution by Marsaglia and Tsang's
// method, whose shape must be at least 1; smaller ones are boosted.
func (r *rng) gamma(shape float64) float64 {
	if shape < 1 {
		return r.gamma(shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// poisson draws a count with the given mean, by inversion: means here are
// the few events of a day.
func (r *rng) poisson(mean float64) int {
	n, p, limit := 0, 1.0, math.Exp(-mean)
	for {
		p *= r.Float64()
		if p <= limit {
			return n
		}
		n++
	}
}

// pick returns an index with probability proportional to its weight.
func (r *rng) pick(weights ...float64) int {
	return at(r.Float64(), weights...)
}

// at returns the index on which a share from 0 to 1 of all weight falls.
func at(share float64, weights ...float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := share * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// zipf returns an index below n, with weight 1/(index+1)^s.
func (r *rng) zipf(n int, s float64) int {
	total := 0.0
	for i := range n {
		total += math.Pow(float64(i+1), -s)
	}
	x := r.Float64() * total
	for i := range n {
		if x -= math.Pow(float64(i+1), -s); x < 0 {
			return i
		}
	}
	return n - 1
}
