#!/usr/bin/env bash
# Asks a server for so many minutes, by everything that callers do, while
# publications switch each minute, keys rotate and a grant comes and goes. Fails
# when an answer was wrong or something grew.
set -euo pipefail
exec go run ./bench -soak "${1:-60}m"
