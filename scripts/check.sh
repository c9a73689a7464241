#!/usr/bin/env bash
# Everything that can be said about the code without running it. Stops at the first complaint.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" run
use_tools
"$ROOT/scripts/web.sh"

say "tidy"
"$ROOT/scripts/tidy.sh"

say "cargo fmt --check"
cargo fmt --all --check

say "tsc --noEmit"
if [ -f web/tsconfig.json ]; then (cd web && npx --no-install tsc --noEmit </dev/null); fi

say "cargo deny"
"$ROOT/scripts/deny.sh"

say "cargo clippy"
cargo_offline_sql clippy --workspace --all-targets --features bilten-tests/load -- -D warnings

say "check: nothing to complain about"
