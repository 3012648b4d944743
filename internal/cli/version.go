package cli

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what is built in",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			engines := slices.Sorted(maps.Keys(sources()))
			warehouses := slices.Sorted(maps.Keys(warehouses()))
			if a.json {
				return writeJSON(a.Out, map[string]any{
					"version": a.Version, "go": runtime.Version(), "sources": engines, "warehouses": warehouses,
				})
			}
			_, err := fmt.Fprintf(a.Out, "archwire %s (%s); sources: %s; warehouses: %s\n",
				a.Version, runtime.Version(), strings.Join(engines, ", "), strings.Join(warehouses, ", "))
			return err
		},
	}
}
