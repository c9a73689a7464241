#!/usr/bin/env bash
# Line coverage of all tests, by crate: the Rust tests, and the program while the browser drives it.
# Installs cargo-llvm-cov into the user's cache when it is missing.
. "$(dirname "$0")/lib.sh"
COV_VERSION=0.9.1
MIN_LINES=80 # per cent, of kernel, tenancy, core and api

"$ROOT/scripts/setup.sh" test
use_tools
"$ROOT/scripts/web.sh"

if has rustup; then rustup component add llvm-tools >/dev/null 2>&1 || true; fi
if ! cargo llvm-cov --version >/dev/null 2>&1; then
  say "Installing cargo-llvm-cov $COV_VERSION into $TOOLS_DIR"
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  CARGO_PROFILE_DEV_DEBUG=0 cargo install cargo-llvm-cov --version "$COV_VERSION" --locked --debug --quiet \
    --root "$TOOLS_DIR" --target-dir "$build" </dev/null
fi

# From here on everything that is built counts the lines it runs, in a folder of its own. The dependencies do not.
CARGO_TARGET_DIR="$(target_dir)/coverage"
export CARGO_TARGET_DIR
eval "$(cargo llvm-cov show-env --sh 2>/dev/null)"
cargo llvm-cov clean --workspace --profraw-only

say "Rust tests"
if cargo nextest --version >/dev/null 2>&1; then
  cargo_offline_sql nextest run --workspace --no-fail-fast </dev/null
else
  cargo_offline_sql test --workspace --no-fail-fast </dev/null
fi
"$ROOT/scripts/browser-tests.sh"

say "Lines that the tests ran, by crate"
report=$(mktemp)
cargo llvm-cov report --json --summary-only --output-path "$report" 2>/dev/null

node - "$report" "$ROOT" "$MIN_LINES" <<'JS'
const [report, root, minimum] = process.argv.slice(2);
const files = JSON.parse(require("fs").readFileSync(report, "utf8")).data[0].files;
const crates = new Map();
for (const { filename, summary } of files) {
  if (!filename.startsWith(`${root}/`)) continue; // built from another checkout into the same folder
  const [crate, folder] = filename.slice(root.length + 1).split("/");
  if (folder !== "src" || crate === "tests") continue;
  const sum = crates.get(crate) ?? { count: 0, covered: 0 };
  crates.set(crate, { count: sum.count + summary.lines.count, covered: sum.covered + summary.lines.covered });
}
let isEnough = true;
for (const [crate, { count, covered }] of [...crates].sort()) {
  const percent = (100 * covered) / count;
  const isWanted = ["kernel", "tenancy", "core", "api"].includes(crate);
  if (isWanted && percent < Number(minimum)) isEnough = false;
  console.log(`    ${crate.padEnd(10)} ${percent.toFixed(1).padStart(5)} %  of ${count} lines`);
}
process.exit(isEnough ? 0 : 1);
JS
