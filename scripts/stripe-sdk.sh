#!/usr/bin/env bash
# Holds Stripe requests (JSON lines on stdin) against the parameter types of Stripe's own SDK for Python.
# Puts the SDK, pinned, into the per-user cache at its first use; ends with 77 and a reason where it cannot be had.
# Usage: scripts/stripe-sdk.sh < requests.jsonl
. "$(dirname "$0")/lib.sh"
SDK_DIR="$TOOLS_DIR/stripe-sdk-16.1.0"
skip() {
  printf '%s\n' "$1"
  exit 77
}

if [ ! -x "$SDK_DIR/bin/python" ]; then
  has python3 || skip "there is no python3"
  mkdir -p "$TOOLS_DIR"
  fresh=$(mktemp -d "$TOOLS_DIR/stripe-sdk.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  python3 -m venv "$fresh" >/dev/null 2>&1 || skip "python3 cannot make a virtual environment (Debian: python3-venv)"
  "$fresh/bin/python" -m pip install -q --disable-pip-version-check stripe==16.1.0 pydantic==2.14.4 >/dev/null 2>&1 ||
    skip "pip cannot fetch stripe 16.1.0 and pydantic 2.14.4"
  # Whoever was quicker wins; the interpreter is a link, so the folder may be moved.
  mv -T "$fresh" "$SDK_DIR" 2>/dev/null || true
fi
exec "$SDK_DIR/bin/python" tests/stripe-sdk/check.py
