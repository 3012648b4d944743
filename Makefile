# The DuckDB driver's Arrow interface is behind a build tag.
export GOFLAGS := $(strip $(GOFLAGS) -tags=duckdb_arrow)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LINT    := bin/golangci-lint
# The packages that share memory between goroutines; what takes longest comes first, so that both cores have work to the end.
RACED   := ./internal/serve ./internal/warehouse/duckdb ./internal/object ./internal/pipeline ./internal/serve/api ./internal/serve/web \
	./internal/serve/auth ./internal/serve/edge ./internal/serve/ledger ./internal/serve/limit ./internal/serve/signin \
	./internal/daemon ./internal/notify ./internal/pull ./internal/progress

.DEFAULT_GOAL := help
.PHONY: help setup web build test check chaos nights clients soak bench demo demo-redshift screenshots fmt fuzz golden docs race

help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## Install what is missing (as root), or say what to install
	@scripts/setup.sh

web: ## Install the chart library that the binary embeds, from web/package.json
	@scripts/web.sh

build: web ## Build bin/archwire
	@mkdir -p bin
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/archwire ./cmd/archwire

test: setup web ## Run all tests against real databases, those of make race under the race detector
	@RACED="$(RACED)" scripts/test.sh

chaos: setup ## Kill CHAOS_KILLS runs (default 200) at random moments of random histories, and those of 30 nights of the reference project, on CHAOS_WAREHOUSE (duckdb or redshift), from CHAOS_SOURCE (postgres or sqlserver)
	@scripts/chaos.sh $(or $(CHAOS_KILLS),200)

nights: setup ## Let pulls follow NIGHTS nights (default 30) of changes, killed at random
	PULL_NIGHTS=$(or $(NIGHTS),30) go test -count=1 -v -timeout 2h -run TestNights ./internal/pulltest

clients: setup build ## Generate clients from the OpenAPI document in three languages, and run them
	@scripts/clients.sh

race: setup web ## Run the packages that share memory between goroutines under the race detector
	go test -race -timeout 30m $(RACED)

check: setup $(LINT) ## Check formatting, layers, style and generated files
	@scripts/check.sh

bench: setup build ## Measure the figures of docs/benchmarks.md, as ratios within one run
	@go run ./bench

soak: setup build ## Run the long forms of the tests, then SOAK_MINUTES (default 60) of mixed load
	@scripts/soak.sh $(or $(SOAK_MINUTES),60)

demo: setup build ## Run the main job on two synthetic databases and payers' files, then serve it
	@bin/archwire demo $(DEMO)

demo-redshift: setup web ## Run the reference project against a double of Amazon Redshift and an S3 server, resize included, and compare
	@scripts/demo-redshift.sh

screenshots: setup web ## Write the pictures of docs/screenshots, of generated data
	@mkdir -p docs/screenshots
	GOFLAGS= go test -tags duckdb_arrow,screenshots -count=1 -timeout 30m -run TestScreenshots ./internal/browsertest

fmt: $(LINT) ## Format the code
	$(LINT) fmt ./...

fuzz: ## Fuzz each target for T (default 30s)
	@scripts/fuzz.sh $(or $(T),30s)

golden: ## Rewrite golden files; read the diff
	go test ./internal/project ./internal/model ./internal/serve/web -update
	go test ./internal/serve/web/tile -run TestTiles -update

docs: ## Rewrite the generated reference
	go run ./cmd/archwire schema --markdown >docs/reference/project.md
	go run ./cmd/archwire schema --types >docs/types.md

$(LINT): tools/go.mod tools/go.sum
	@mkdir -p bin
	cd tools && GOFLAGS= go build -o ../$(LINT) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
