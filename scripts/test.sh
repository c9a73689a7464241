#!/usr/bin/env bash
# Set-up, then every test: Rust (nextest where present), then the browser. Ends with the runners' closing lines.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" test
use_tools
"$ROOT/scripts/web.sh"

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
status=0

say "Rust tests"
if cargo nextest --version >/dev/null 2>&1; then
  closing='^ *Summary'
  cargo_offline_sql nextest run --workspace --no-fail-fast 2>&1 | tee "$logs/rust" || status=1
else
  closing='^test result:'
  cargo_offline_sql test --workspace --no-fail-fast 2>&1 | tee "$logs/rust" || status=1
fi

say "Browser tests"
"$ROOT/scripts/browser-tests.sh" 2>&1 | tee "$logs/browser" || status=1

say "Results"
grep -E "$closing" "$logs/rust" || note "the Rust tests ended without a summary: see above"
grep -E '^(# (tests|pass|fail|skipped)|ℹ (tests|pass|fail|skipped)| +[0-9]+ (passed|failed|flaky|skipped)|browser tests:)' "$logs/browser" || true
exit "$status"
