package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
)

func newDiscoverCommand(a *app) *cobra.Command {
	var engine, dsn string
	var dry bool
	cmd := &cobra.Command{
		Use:   "discover SOURCE",
		Short: "Write sources/SOURCE.yaml from the catalogue of the database",
		Long: `Write sources/SOURCE.yaml from the catalogue of the database: tables, keys, column
types, estimates and a proposed sync mode with its reason. A source that is there
already keeps your decisions; what changed in the database is listed. The address
tells the engine: postgres://..., sqlserver://..., or file:PATH and s3://BUCKET/PREFIX
of a source of files. How files are read is read off a sample of each kind.`,
		Example: `  archwire discover rcm --dsn '${RCM_DSN}'      # the variable's name goes into the file, never its value
  archwire discover remit --dsn file:inbox      # files in the folder inbox of the project`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.discover(cmd.Context(), args[0], engine, dsn, dry)
		},
	}
	cmd.Flags().StringVar(&engine, "engine", "", "the engine of a new source, where its address does not tell: postgres, sqlserver or files")
	cmd.Flags().StringVar(&dsn, "dsn", "", "where a new source is reached, as a reference to the environment: '${RCM_DSN}'")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print the file instead of writing it")
	return cmd
}

// discover reads the catalogue and writes the source's file.
func (a *app) discover(ctx context.Context, name, engine, dsn string, dry bool) error {
	p, err := project.LoadSources(a.dir, a.Lookup)
	if err != nil {
		return err
	}
	s, known := p.Source(name)
	if !known {
		if s, err = a.newSource(name, engine, dsn); err != nil {
			return err
		}
	}
	tables, err := a.catalogue(ctx, p, s)
	if err != nil {
		return err
	}
	path := filepath.Join(p.Dir, "sources", name+".yaml")
	if known {
		path = filepath.Join(p.Dir, s.File)
	}
	file, differences, err := sourceFile(s, known, path, tables)
	if err != nil {
		return err
	}
	if dry {
		_, err := a.Out.Write(file)
		return err
	}
	if err := writeFile(path, file); err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.Out, map[string]any{"file": path, "tables": len(tables), "differences": differences})
	}
	for _, d := range differences {
		fmt.Fprintln(a.Out, describe(name, d))
	}
	_, err = fmt.Fprintf(a.Out, "wrote %s: %d tables and views found; review it and keep it in git\n", path, len(tables))
	return err
}

// describe is a line about a difference: rcm.payer.rating: is new; ...
func describe(source string, d project.Difference) string {
	what := source + "." + d.Table
	if d.Column != "" {
		what += "." + d.Column
	}
	return what + ": " + d.Message
}

// sourceFile is the new content of a source's file. One that is there keeps the
// user's decisions; the differences say what changed.
func sourceFile(s project.Source, known bool, path string, tables []archwire.Table) ([]byte, []project.Difference, error) {
	if !known {
		var file bytes.Buffer
		err := project.WriteSource(&file, s.Name, s.Engine, s.DSN, tables)
		return file.Bytes(), []project.Difference{}, err
	}
	content, err := os.ReadFile(path) //nolint:gosec // a file of the project
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", s.File, err)
	}
	return project.Rediscover(s.File, content, tables)
}

// catalogue asks the database of a source for its tables.
func (a *app) catalogue(ctx context.Context, p *project.Project, s project.Source) (tables []archwire.Table, err error) {
	if _, ok := sources()[s.Engine]; !ok {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%q is not an engine", s.Engine),
			Hint: "There are postgres, sqlserver and files.",
		}
	}
	src, err := a.openSource(ctx, p, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	return src.Tables(ctx)
}

// writeFile writes a project file whole or not at all.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a project is shared in git
		return fmt.Errorf("making the folder of %s: %w", path, err)
	}
	temp := path + ".new"
	if err := os.WriteFile(temp, content, fs.FileMode(0o644)); err != nil {
		return fmt.Errorf("writing %s: %w", temp, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
