package publish

import (
	"time"

	"archwire"
)

// deprecate writes down since when it is known that datasets and metrics end: what
// the publication in service says already, or else now.
func deprecate(datasets []archwire.Dataset, metrics []archwire.Metric, before archwire.Manifest, now time.Time) {
	now = now.Truncate(time.Second)
	for i := range datasets {
		d := &datasets[i]
		if d.Sunset == "" {
			continue
		}
		d.Deprecated = now
		for _, was := range before.Datasets {
			if archwire.Family(was.Name) == archwire.Family(d.Name) && was.Contract == d.Contract && was.Sunset != "" {
				d.Deprecated = was.Deprecated
			}
		}
	}
	for i := range metrics {
		m := &metrics[i]
		if m.Sunset == "" {
			continue
		}
		m.Deprecated = now
		for _, was := range before.Metrics {
			if was.Name == m.Name && was.Sunset != "" {
				m.Deprecated = was.Deprecated
			}
		}
	}
}
