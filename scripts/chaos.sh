#!/usr/bin/env bash
# Kills so many runs at random moments of random histories, and says what became
# of them. CHAOS_SEED=n begins with that history instead of any.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

if CHAOS_KILLS=${1:-200} go test -v -count=1 -timeout 3h ./internal/chaostest >"$log" 2>&1; then
  grep -vE '^=== |chaos_test.go:[0-9]+: (archwire |the project is changed: |not altered: )' "$log"
else
  cat "$log"
  exit 1
fi

# And every metric, by independent SQL in the sources, after thirty nights whose runs are
# killed, too. With SQL Server payers send their remittances as files, so that no source is
# what it is otherwise.
remittances=database
if [ "${CHAOS_SOURCE:-postgres}" = sqlserver ]; then remittances=files; fi
export DIFFTEST_PMS=${CHAOS_SOURCE:-postgres} DIFFTEST_REMITTANCES=$remittances DIFFTEST_NIGHTS=30 DIFFTEST_KILLS=2 DIFFTEST_SEED=${CHAOS_SEED:-$RANDOM}
if go test -v -count=1 -timeout 2h -run AfterNights ./internal/difftest >"$log" 2>&1; then
  grep -E 'DIFFTEST_SEED=|runs were killed|files: |answers of the API|^(ok|PASS)' "$log"
else
  cat "$log"
  exit 1
fi
