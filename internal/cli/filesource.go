package cli

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/source/files"
)

// openFiles opens a source of files.
func openFiles(_ context.Context, p *project.Project, s project.Source, url string, o sourceOptions) (archwire.Source, error) {
	if path, ok := strings.CutPrefix(url, "file:"); ok && !strings.HasPrefix(path, "//") {
		url = "file:" + p.Path(path)
	}
	store, err := object.Open(url)
	if err != nil {
		return nil, err
	}
	config := files.Config{
		Name: s.Name, Store: store, Connections: s.Connections, Settle: s.Settle, Now: o.now, Notice: o.notice,
		Quarantine: p.Path(cmp.Or(s.Quarantine, filepath.Join("data", "quarantine", s.Name))),
	}
	for _, t := range s.Tables {
		config.Tables = append(config.Tables, files.Table{Table: t.Table, Form: t.Files.Default()})
	}
	return files.Open(config)
}
