package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/source/files"
	"archwire/internal/warehouse/duckdb"
)

// openFiles opens a source of files. Those of Parquet are read by an engine of their
// own, with a part of the memory that the warehouse has.
func openFiles(ctx context.Context, p *project.Project, s project.Source, url string, o sourceOptions) (archwire.Source, error) {
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
	parquet := len(s.Tables) == 0 // nothing is known of the files yet
	for _, t := range s.Tables {
		config.Tables = append(config.Tables, files.Table{Table: t.Table, Form: t.Files.Default()})
		parquet = parquet || t.Files.Format == fileform.Parquet
	}
	if !parquet {
		return files.Open(config)
	}
	reader, err := duckdb.OpenParquetFiles(ctx, duckdb.ReaderConfig{
		Memory: p.Warehouse.Memory, Threads: p.Warehouse.Threads, TempDir: p.Path(filepath.Join("data", "parquet-"+s.Name+".tmp")),
	})
	if err != nil {
		return nil, err
	}
	config.Parquet = reader
	source, err := files.Open(config)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	return &fileSource{source, reader}, nil
}

// A fileSource is a source with the engine that reads its files of Parquet.
type fileSource struct {
	*files.Source
	parquet *duckdb.ParquetFiles
}

// Close closes both.
func (s *fileSource) Close() error { return errors.Join(s.Source.Close(), s.parquet.Close()) }
