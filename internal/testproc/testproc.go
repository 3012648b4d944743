// Package testproc lets a test binary be the product: what is run, starved and
// killed is a process of its own that does what the command does.
package testproc

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"archwire/internal/cli"
)

// Archwire runs the command line that the process was started with, and ends the
// process. Every file that it writes ends at so many bytes, as on a full disk, if
// limit is a number.
func Archwire(limit string) {
	limitFiles(limit)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Run(ctx, os.Args[1:], cli.System("test"))
	stop()
	os.Exit(status)
}

// limitFiles makes a write beyond a size fail.
func limitFiles(bytes string) {
	limit, err := strconv.ParseUint(bytes, 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
}
