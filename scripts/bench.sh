#!/usr/bin/env bash
# Builds the release binary and runs the load harness (tests/load), which starts its own server and database.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" run
use_tools
"$ROOT/scripts/web.sh"
[ -x "$ROOT/tests/load/run.sh" ] || fail "tests/load/run.sh is missing: there is no load harness yet."
say "Building bilten (release; about 20 minutes cold on two cores)"
cargo_offline_sql build --workspace --release --bin bilten
BILTEN_BIN="$(target_dir)/release/bilten" exec "$ROOT/tests/load/run.sh" "$@"
