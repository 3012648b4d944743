#!/usr/bin/env bash
# The long forms of what make test runs shortly, then a soak: a server is asked
# for so many minutes, by everything that callers do, while publications switch
# each minute, keys rotate and a grant comes and goes. Fails when anything was
# wrong or grew. The figures at the end are those of docs/benchmarks.md.
set -euo pipefail

minutes=${1:-60}
say() { echo "soak: $*"; }

say "everything that can be asked, as everybody"
ARCHWIRE_LONG=1 go test -count=1 -timeout 1h ./internal/isolationtest

say "thirty nights of pulls, killed at random"
PULL_NIGHTS=30 go test -count=1 -timeout 2h -run TestNights ./internal/pulltest

say "the ledger, killed and starved of disk again and again"
go test -count=10 -timeout 1h -run 'Killed|Disk|Kill|Verify' ./internal/serve/ledger

say "each fuzz target"
scripts/fuzz.sh "${FUZZ:-20s}"

say "$minutes minutes of mixed load"
go run ./bench -soak "${minutes}m"

say "the figures of serving"
for part in serve yardstick export; do go run ./bench -only "$part"; done
