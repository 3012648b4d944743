#!/usr/bin/env bash
# Serves a small demo on 127.0.0.1, checks its OpenAPI document with a public
# validator, makes the clients of docs/clients.md from it, runs their programs and
# compares what they print with what curl is answered. The page's blocks are the very
# files that are run. Everything is made in a temporary folder; what package managers
# keep stays in their own caches.
set -euo pipefail

root=$PWD
validator=openapi-spec-validator==0.9.0
work=$(mktemp -d)
server=
finish() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  chmod -R u+w "$work" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

say() { echo "clients: $* ($SECONDS s)"; }

# The files of the page: each block behind a comment that names it.
awk -v to="$work" '
  /^<!-- file: / { file = to "/" $3; next }
  /^```/ && file != "" && !inside { inside = 1; system("mkdir -p $(dirname " file ")"); printf "" > file; next }
  /^```/ && inside { close(file); file = ""; inside = 0; next }
  inside { print > file }' docs/clients.md

say "a demo is made"
archwire=$root/bin/archwire
"$archwire" demo --dir "$work/demo" --practices 2 --months 2 --no-serve >"$work/demo.log" 2>&1 || { cat "$work/demo.log"; exit 1; }
project=$work/demo/project
KEY=$("$archwire" -C "$project" key create --client clients --all 2>/dev/null)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
URL=http://127.0.0.1:$port
export KEY URL
"$archwire" -C "$project" serve --listen "127.0.0.1:$port" --log error &
server=$!
for _ in $(seq 100); do
  curl -sf "$URL/readyz" >/dev/null && break
  sleep 0.1
done
curl -sf -H "Authorization: Bearer $KEY" "$URL/openapi.json" >"$work/openapi.json"

say "the document is checked"
python3 -m venv "$work/lint"
"$work/lint/bin/pip" install --quiet --disable-pip-version-check "$validator"
"$work/lint/bin/openapi-spec-validator" --schema 3.1 "$work/openapi.json"

# What curl is answered, added up by decimals.
ask() { curl -sg -H "Authorization: Bearer $KEY" "$URL$1"; }
ask /v1/datasets >"$work/datasets.json"
ask '/v1/metrics/net_collections?from=2026-10-01&to=2026-10-01&filter[payer_kind]=insurance' >"$work/metric.json"
ask '/v1/datasets/ledger_daily/rows?limit=10000' >"$work/rows.json"
ask /v1/datasets/ledger_daily/export.csv >"$work/export.csv"
ask /v1/datasets/nothing/rows >"$work/problem.json"
python3 - "$work" >"$work/want" <<'PYTHON'
import decimal, json, sys

def read(name):
    return json.load(open(f"{sys.argv[1]}/{name}.json"), parse_float=decimal.Decimal)

metric, rows, problem = read("metric")["data"][0], read("rows"), read("problem")
assert rows["page"]["next"] is None and len(rows["data"]) > 300
print("datasets", len(read("datasets")["data"]))
print("net_collections", metric["period"], metric["value"])
print("rows", len(rows["data"]), sum(row["net_collections"] for row in rows["data"]))
print("csv", open(f"{sys.argv[1]}/export.csv").read().count("\n"))
print("parquet PAR1")
print("problem", problem["status"], problem["detail"])
PYTHON

for language in go python typescript; do
  say "$language is generated"
  cd "$work/$language"
  GOFLAGS=-modcacherw bash -euo pipefail generate.sh >generate.log 2>&1 || { cat generate.log; exit 1; }
  say "$language runs"
  bash -euo pipefail run.sh >got
  if ! diff -u "$work/want" got; then
    echo "clients: the $language program prints something else than curl is answered" >&2
    exit 1
  fi
done
cat "$work/want"
say "all clients are told what curl is"
