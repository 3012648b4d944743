#!/usr/bin/env bash
# Formatting, vet, layers and style (all by golangci-lint, whose govet has the
# analyzers of go vet), tidy modules, and generated files that must be current.
set -euo pipefail

say() { echo "check: $*"; }

say "formatting"
if ! bin/golangci-lint fmt --diff ./...; then
  echo "check: not formatted; run make fmt" >&2
  exit 1
fi

say "golangci-lint"
bin/golangci-lint run ./...

say "modules are tidy"
go mod tidy -diff

say "generated reference is current"
if ! go run ./cmd/archwire schema --markdown | diff docs/reference/project.md -; then
  echo "check: docs/reference/project.md is not current; run make docs" >&2
  exit 1
fi

if ! go run ./cmd/archwire schema --types | diff docs/types.md -; then
  echo "check: docs/types.md is not current; run make docs" >&2
  exit 1
fi

say "ok"
