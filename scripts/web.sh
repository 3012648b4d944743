#!/usr/bin/env bash
# Installs what web/package.json pins and copies what the pages send to browsers
# to internal/serve/web/vendored, from where the binary embeds it. Does nothing
# when that is current.
set -euo pipefail
cd "$(dirname "$0")/.."

to=internal/serve/web/vendored
pinned=$(cat web/package.json web/package-lock.json scripts/web.sh | sha256sum)
if [ "$(cat $to/.pinned 2>/dev/null)" = "$pinned" ] && [ -e $to/echarts.js ] && [ -e web/node_modules/axe-core/axe.min.js ]; then
  exit 0
fi

command -v npm >/dev/null || scripts/setup.sh
(cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)

from=web/node_modules
rm -f $to/.pinned $to/echarts.*
cp $from/echarts/dist/echarts.common.min.js $to/echarts.js
{
  cat $from/echarts/NOTICE $from/echarts/LICENSE
  for part in echarts/licenses/LICENSE-d3 zrender/LICENSE tslib/LICENSE.txt; do
    printf '\n%s\n\n' "-- $part"
    cat "$from/$part"
  done
} >$to/echarts.LICENSE.txt
echo "$pinned" >$to/.pinned
echo "web: Apache ECharts $(node -p "require('./$from/echarts/package.json').version") is in $to"
