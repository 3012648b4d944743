#!/usr/bin/env bash
# Runs all tests, once: the packages of RACED under the race detector, all others
# without. Prints one line a package and everything about a failure, and ends with
# the counts. A test that skipped fails the run when CI is set: a pass must not come
# from not running. go vet is part of make check.
set -uo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# What takes longest comes first, so that both cores have work to the end.
long="./internal/difftest ./internal/warehouse/redshift ./internal/clustertest ./internal/cli ./internal/browsertest ./internal/publish ./internal/source/postgres
  ./internal/chaostest ./internal/isolationtest ./bench ./internal/state ./internal/pulltest"
raced=$(go list ${RACED:?make test says which}) || exit 1
plain=$(go list $long ./... | grep -vxF "$raced")

# Most of them link DuckDB, which GNU gold does in half the processor time of GNU ld.
fast=()
if command -v ld.gold >/dev/null; then fast=(-ldflags=-extldflags=-fuse-ld=gold); fi

status=0
go test -p 3 -race -vet=off "${fast[@]}" -v -timeout 45m "$@" $raced >"$log" 2>&1 || status=1
go test -p 3 -vet=off "${fast[@]}" -v -timeout 45m "$@" $plain >>"$log" 2>&1 || status=1

if [ $status -ne 0 ]; then
  # The output of passed tests says nothing now.
  grep -vE '^(=== (RUN|PAUSE|CONT|NAME)|\s*--- PASS|PASS$)' "$log"
else
  grep -E '^(ok|FAIL|\?)' "$log" | grep -v 'no test files'
fi

passed=$(grep -cE '^\s*--- PASS' "$log")
failed=$(grep -cE '^\s*--- FAIL' "$log")
skipped=$(grep -cE '^\s*--- SKIP' "$log")
if [ "$skipped" -gt 0 ]; then
  grep -E -A3 '^\s*--- SKIP' "$log"
  [ -n "${CI:-}" ] && status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
