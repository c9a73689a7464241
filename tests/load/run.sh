#!/usr/bin/env bash
# Builds the load harness in the profile of the program and runs it; BILTEN_BIN names the program.
. "$(dirname "$0")/../../scripts/lib.sh"
profile=release
case "$BILTEN_BIN" in */debug/*) profile=dev ;; esac
cargo_offline_sql build --workspace --profile "$profile" --features bilten-tests/load --bin bench
exec "$(dirname "$BILTEN_BIN")/bench" "$BILTEN_BIN" "$@"
