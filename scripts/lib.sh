# Shared by the scripts beside it; sourced, never run.
# Purpose: where things are, how to speak, how to become root. Nothing here changes the machine.
# shellcheck shell=bash

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Per-user cache: tools that no package manager of the system offers.
CACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/bilten"
TOOLS_DIR="$CACHE_DIR/tools"
NODE_DIR="$CACHE_DIR/node"

# Named limits of what we accept from the machine.
MIN_NODE_MAJOR=20
MIN_POSTGRES_MAJOR=15
MIN_RUST_MINOR=95 # of Rust 1.x

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
  printf '\n!!! %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '    %s\n' "$line" >&2; done
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Whether as_root can work: we are root, or sudo is here and either asks for nothing or has somebody to ask.
may_be_root() { [ "$(id -u)" = 0 ] || { has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Major version of the node on PATH, 0 when there is none.
node_major() {
  local version
  version=$(node --version 2>/dev/null || true)
  version=${version#v}
  version=${version%%.*}
  printf '%s' "${version:-0}"
}

# Puts our own tools behind those of the system, and a private Node.js before an old one.
use_tools() {
  export PATH="$PATH:$TOOLS_DIR/bin"
  if [ "$(node_major)" -lt "$MIN_NODE_MAJOR" ] && [ -d "$NODE_DIR/node_modules/.bin" ]; then
    export PATH="$NODE_DIR/node_modules/.bin:$PATH"
  fi
}

# The newest installed folder of PostgreSQL server programs that is new enough.
postgres_bin() {
  local dir found=""
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -V); do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] || continue
    [ "$("$dir/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" -ge "$MIN_POSTGRES_MAJOR" ] || continue
    found=$dir
  done
  if [ -z "$found" ] && has initdb && has postgres; then
    found=$(dirname "$(command -v postgres)")
    [ "$(postgres --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" -ge "$MIN_POSTGRES_MAJOR" ] || found=""
  fi
  printf '%s' "$found"
}

# The Chromium that the browser tests drive, empty when there is none.
find_chromium() {
  local name
  if [ -n "${CHROME_PATH:-}" ] && [ -x "$CHROME_PATH" ]; then
    printf '%s' "$CHROME_PATH"
    return
  fi
  for name in chromium google-chrome chromium-browser; do
    # Ubuntu's chromium-browser is a stub that asks for a snap: only a program that answers counts.
    if has "$name" && "$name" --version >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
}

# Queries are checked against the committed .sqlx folder. A DATABASE_URL meant for running must neither be asked
# at build time nor, by its change alone, make cargo compile the queries again.
cargo_offline_sql() { env -u DATABASE_URL SQLX_OFFLINE=true cargo "$@"; }

# Where cargo puts its output (CARGO_TARGET_DIR, cargo's configuration, or ./target).
target_dir() {
  cargo metadata --format-version 1 --no-deps --offline 2>/dev/null |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'
}

# One hash over the contents and names of all files found by the given find(1) arguments.
hash_files() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}

use_tools
