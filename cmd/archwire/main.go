// Command archwire copies line-of-business databases into a warehouse, models
// and verifies them, publishes the result and serves each tenant its slice.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // practices have time zones; a bare server may lack the files

	"archwire/internal/cli"
)

// version is set by the build.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Run(ctx, os.Args[1:], cli.System(version))
	stop()
	os.Exit(status)
}
