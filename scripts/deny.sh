#!/usr/bin/env bash
# Licences, bans and sources of all dependencies (deny.toml); known vulnerabilities where the advisory database
# can be reached. Installs cargo-deny into the user's cache when it is missing: unoptimised, about a minute.
. "$(dirname "$0")/lib.sh"
DENY_VERSION=0.20.2

if ! cargo deny --version >/dev/null 2>&1; then
  say "Installing cargo-deny $DENY_VERSION into $TOOLS_DIR"
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  CARGO_PROFILE_DEV_DEBUG=0 cargo install cargo-deny --version "$DENY_VERSION" --locked --debug --quiet \
    --root "$TOOLS_DIR" --target-dir "$build" </dev/null
fi

cargo deny --workspace --log-level error check --hide-inclusion-graph bans licenses sources

if advisories=$(timeout 120 cargo deny --workspace --log-level error check advisories 2>&1 </dev/null); then
  note "advisories: none"
elif printf '%s' "$advisories" | grep -qiE 'failed to fetch|failed to (open|clone)|unable to (fetch|open)|could not resolve|timed out' ||
  [ -z "$advisories" ]; then
  note "advisories: SKIPPED, the advisory database could not be reached from here"
else
  printf '%s\n' "$advisories"
  fail "cargo deny found advisories."
fi
