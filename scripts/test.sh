#!/usr/bin/env bash
# Runs all tests, prints one line a package and everything about a failure, and
# ends with the counts. A test that skipped fails the run when CI is set: a pass
# must not come from not running.
set -uo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

go test -v -timeout 45m "$@" ./... >"$log" 2>&1
status=$?

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
