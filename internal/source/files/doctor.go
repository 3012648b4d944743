package files

import (
	"context"
	"fmt"
	"os"

	"archwire"
)

// Doctor looks at the folder and the files of each table as a run would meet them.
func (s *Source) Doctor(ctx context.Context) []archwire.Diagnosis {
	listed, err := s.list(ctx)
	if err != nil {
		return []archwire.Diagnosis{s.finding("files", false, archwire.MessageOf(err), archwire.HintOf(err))}
	}
	found := []archwire.Diagnosis{s.finding("files", len(listed) > 0, fmt.Sprintf("%d files are there", len(listed)),
		"Check the folder or prefix that the dsn names, and that it is mounted here; a relative folder is counted from the project.")}
	for _, t := range s.cfg.Tables {
		chosen := s.choose(ctx, t, listed, listed)
		if chosen.err != nil {
			found = append(found, s.finding(t.Name, false, archwire.MessageOf(chosen.err), archwire.HintOf(chosen.err)))
			continue
		}
		found = append(found, s.finding(t.Name, true, fmt.Sprintf("%d files make up the table, the newest is %s",
			len(chosen.files), chosen.files[len(chosen.files)-1].Name), ""))
		for _, note := range chosen.notes {
			found = append(found, s.finding(t.Name, true, note, ""))
		}
	}
	if lost := s.orphans(listed); len(lost) > 0 {
		found = append(found, s.finding("files", true,
			fmt.Sprintf("%d files belong to no table, the first is %s; archwire discover %s proposes how they are read", len(lost), lost[0].Name, s.cfg.Name), ""))
	}
	return append(found, s.checkQuarantine())
}

// checkQuarantine looks whether rejected rows can be kept.
func (s *Source) checkQuarantine() archwire.Diagnosis {
	if s.cfg.Quarantine == "" {
		return s.finding("quarantine", true, "rejected rows are not kept", "")
	}
	if err := os.MkdirAll(s.cfg.Quarantine, 0o700); err != nil {
		return s.finding("quarantine", false, "the folder for rejected rows cannot be made: "+err.Error(), "Give the user of Archwire the right to write there, or name another folder as quarantine:.")
	}
	return s.finding("quarantine", true, "rejected rows are kept in "+s.cfg.Quarantine, "")
}

func (s *Source) finding(what string, ok bool, says, do string) archwire.Diagnosis {
	if ok {
		do = ""
	}
	return archwire.Diagnosis{What: s.cfg.Name + ": " + what, OK: ok, Says: says, Do: do}
}
