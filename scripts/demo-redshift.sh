#!/usr/bin/env bash
# Runs the reference project against a double of Amazon Redshift and a server of S3,
# beside the embedded warehouse, tells what happens, and fails if they publish
# anything that differs. CLUSTERTEST_PRACTICES, _MONTHS and _NIGHTS say how much.
set -euo pipefail

export CLUSTERTEST_TELL=1
export CLUSTERTEST_PRACTICES=${CLUSTERTEST_PRACTICES:-4} CLUSTERTEST_MONTHS=${CLUSTERTEST_MONTHS:-6} CLUSTERTEST_NIGHTS=${CLUSTERTEST_NIGHTS:-2}

go test -count=1 -v -timeout 1h -run '^TestTheReferenceProjectPublishesTheSame$' ./internal/clustertest |
  grep --line-buffered -vE '^(=== |--- PASS|PASS$|ok )'
