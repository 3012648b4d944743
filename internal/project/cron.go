package project

import (
	"go.yaml.in/yaml/v3"

	"archwire/internal/schedule"
)

// cron is a schedule in five cron fields.
type cron struct{ into *schedule.Cron }

func (v cron) words() string { return schedule.Words }

func (v cron) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	c, err := schedule.Parse(s)
	if err != nil {
		d.complain(n, path, "%s", err)
		return
	}
	*v.into = c
}
