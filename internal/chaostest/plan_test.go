package chaostest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A plan is what befalls one run.
type plan struct {
	trouble  string          // "" is none
	after    string          // kill, stop, sever and restarts: not before this verb has said that it is done; "" is from the beginning
	delay    time.Duration   // kill, stop, sever and restarts: so long after that
	fault    *fault          // of the connections
	limit    string          // of the size of files
	free     int64           // bytes left on the disk, with trouble full
	writes   []time.Duration // at which something is committed meanwhile
	alters   bool            // one of them alters a table
	accepted bool            // that much has vanished
	repairs  bool            // what differs
	daemon   bool            // runs it
	blocked  bool            // the source lacks what the project needs
	since    int             // the state of the inbox when the run began
}

// args is the command line.
func (p plan) args() []string {
	args := []string{"run"}
	if p.daemon {
		args = append(args, "--daemon", "--now")
	} else if p.accepted {
		args = append(args, "--accept-deletes")
	}
	if p.repairs {
		args = append(args, "--repair")
	}
	return args
}

// String tells the plan, for whoever looks into a failure.
func (p plan) String() string {
	text := fmt.Sprintf("archwire %s with %d writes meanwhile", strings.Join(p.args(), " "), len(p.writes))
	if p.alters {
		text += ", the last of which alters a table"
	}
	switch p.trouble {
	case "":
		return text
	case "kill", "stop", "restart", "crash", "sever":
		return fmt.Sprintf("%s, %s %v after %s", text, p.trouble, p.delay.Round(time.Millisecond), cmp.Or(p.after, "it began"))
	case "disk":
		return text + ", files end at " + p.limit + " bytes"
	case "full":
		return fmt.Sprintf("%s, %d bytes left on the disk", text, p.free)
	}
	return fmt.Sprintf("%s, connections %s after %d bytes for %v", text, p.trouble, p.fault.after, p.fault.pause.Round(time.Millisecond))
}

// plan makes up how trouble comes about.
func (h *history) plan(trouble string) plan {
	rng := h.author.rng
	p := plan{trouble: trouble, writes: h.moments(), accepted: rng.IntN(2) == 0 || h.refused, repairs: h.differs || rng.IntN(12) == 0}
	p.daemon = !h.refused && rng.IntN(6) == 0
	p.alters = len(p.writes) > 0 && rng.IntN(4) == 0
	switch trouble {
	case "kill", "stop", "restart", "crash", "sever":
		p.delay = time.Duration(rng.Int64N(int64(h.typical)))
		if rng.IntN(2) == 0 && !p.daemon { // commits and switches are near the end
			p.after = []string{"extract", "verify", "load", "refresh", "publish"}[rng.IntN(5)]
			p.delay = time.Duration(rng.Int64N(int64(150 * time.Millisecond)))
		}
	case "cut", "stall", "choke":
		p.fault = &fault{kind: trouble, after: rng.Int64N(h.bytes), pause: time.Duration(rng.Int64N(int64(time.Second)))}
	case "full":
		p.free = 4096 << rng.IntN(11)
		if !h.disk.own {
			p.trouble, p.limit = "disk", fmt.Sprint(10_000+rng.Int64N(8<<20))
		}
	case "disk":
		size := int64(4 << 20)
		if info, err := os.Stat(filepath.Join(h.folder, "data", "warehouse.duckdb")); err == nil {
			size = info.Size()
		}
		p.limit = fmt.Sprint(10_000 + rng.Int64N(size*5/4))
	}
	return p
}

// moments are points in time of a run at which something happens in the source.
func (h *history) moments() []time.Duration {
	rng := h.author.rng
	if rng.IntN(2) == 0 {
		return nil
	}
	var out []time.Duration
	for range 1 + rng.IntN(6) {
		out = append(out, time.Duration(rng.Int64N(int64(h.typical))))
	}
	slices.Sort(out)
	return out
}
