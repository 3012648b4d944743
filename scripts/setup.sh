#!/usr/bin/env bash
# Makes sure that what the demo and the tests need is there: a C compiler for
# DuckDB, PostgreSQL's server programs, Node's npm for the chart library and
# Chromium for the tests of pages. As root on Debian or Ubuntu it installs what
# is missing with apt; otherwise it names what to install.
set -euo pipefail

missing=()

has_postgres() {
  local dir
  if command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/initdb" ]; then return 0; fi
  for dir in /usr/lib/postgresql/*/bin; do
    [ -x "$dir/initdb" ] && return 0
  done
  command -v initdb >/dev/null
}

command -v go >/dev/null || { echo "setup: Go 1.26 or newer is missing; install it and put it on PATH." >&2; exit 1; }
command -v cc >/dev/null || command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v g++ >/dev/null || missing+=(g++)
has_postgres || missing+=(postgresql)

command -v npm >/dev/null || missing+=(nodejs npm)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: missing: ${missing[*]}. Install with: apt-get install ${missing[*]} (as root; on other systems the packages that bring a C/C++ compiler, initdb, npm and Chromium)." >&2
  exit 1
fi

echo "setup: installing ${missing[*]}"
# Debian's package would create and start a cluster of its own; we start private ones only.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
