#!/usr/bin/env bash
# Runs the browser tests of tests/browser. They start the server they need themselves: nothing is started here.
. "$(dirname "$0")/lib.sh"
suite="$ROOT/tests/browser"
if [ "${BILTEN_SKIP_BROWSER:-}" = 1 ]; then
  echo "browser tests: left out (BILTEN_SKIP_BROWSER=1)"
  exit 0
fi
[ -f "$suite/package.json" ] || { echo "browser tests: there are none yet"; exit 0; }
CHROME_PATH=$(find_chromium)
[ -n "$CHROME_PATH" ] || fail "No Chromium was found for the browser tests." "scripts/setup.sh test"
export CHROME_PATH

say "Building bilten for the browser tests"
cargo_offline_sql build --workspace --bin bilten
BILTEN_BIN="$(target_dir)/debug/bilten"
export BILTEN_BIN

cd "$suite"
packages=$( (cat package-lock.json && node --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
  # The browser is the system's: no package may download one of its own.
  PUPPETEER_SKIP_DOWNLOAD=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error </dev/null
  echo "$packages" >node_modules/.stamp-packages
fi
exec npm test --silent </dev/null
