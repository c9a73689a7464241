#!/usr/bin/env bash
# Set-up, build, then the demo in the foreground. Ctrl-C stops it and the private PostgreSQL it started.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" run
use_tools
"$ROOT/scripts/web.sh"
say "Building bilten"
cargo_offline_sql build --workspace --bin bilten
exec "$(target_dir)/debug/bilten" serve --demo
