#!/usr/bin/env bash
# Serves localstripe, a stateful stand-in for Stripe by somebody else, on a port of the loopback interface.
# Puts it, pinned, into the per-user cache at its first use; ends with 77 and a reason where it cannot be had.
# Usage: scripts/localstripe.sh PORT
. "$(dirname "$0")/lib.sh"
DIR="$TOOLS_DIR/localstripe-1.15.10"
skip() {
  printf '%s\n' "$1"
  exit 77
}

if [ ! -x "$DIR/bin/python" ]; then
  has python3 || skip "there is no python3"
  mkdir -p "$TOOLS_DIR"
  fresh=$(mktemp -d "$TOOLS_DIR/localstripe.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  python3 -m venv "$fresh" >/dev/null 2>&1 || skip "python3 cannot make a virtual environment (Debian: python3-venv)"
  "$fresh/bin/python" -m pip install -q --disable-pip-version-check localstripe==1.15.10 >/dev/null 2>&1 ||
    skip "pip cannot fetch localstripe 1.15.10"
  # Whoever was quicker wins; the interpreter is a link, so the folder may be moved.
  mv -T "$fresh" "$DIR" 2>/dev/null || true
fi
exec "$DIR/bin/python" tests/localstripe/serve.py "$1"
