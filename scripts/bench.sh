#!/usr/bin/env bash
# Builds the program and the load harness (tests/load), which starts its own servers, databases and clients.
# Flags: --only <part> (may be repeated), --time <seconds a measure>, --long, --keep-docs; see tests/load/options.rs.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" run
use_tools
"$ROOT/scripts/web.sh"
say "Building bilten and the load harness (release; about 20 minutes cold on two cores)"
# One command: the same features for all, so that nothing is compiled twice.
cargo_offline_sql build --workspace --release --features bilten-tests/load --bin bilten --bin bench --bin bare
bin="$(target_dir)/release"
exec "$bin/bench" "$bin/bilten" "$@"
