#!/usr/bin/env bash
# Runs scim2-tester, checks of SCIM servers by others, against one.
# Puts it, pinned, into the per-user cache at its first use; ends with 77 and a reason where it cannot be had.
# Usage: scripts/scim-tester.sh URL TOKEN HOST DOMAIN (see tests/peers/scim/check.py)
. "$(dirname "$0")/lib.sh"
DIR="$TOOLS_DIR/scim2-tester-0.5.2"
skip() {
  printf '%s\n' "$1"
  exit 77
}

if [ ! -x "$DIR/bin/python" ]; then
  has python3 || skip "there is no python3"
  mkdir -p "$TOOLS_DIR"
  fresh=$(mktemp -d "$TOOLS_DIR/scim2-tester.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  python3 -m venv "$fresh" >/dev/null 2>&1 || skip "python3 cannot make a virtual environment (Debian: python3-venv)"
  "$fresh/bin/python" -m pip install -q --disable-pip-version-check -r tests/peers/scim/requirements.txt >/dev/null 2>&1 ||
    skip "pip cannot fetch scim2-tester 0.5.2"
  # Whoever was quicker wins; the interpreter is a link, so the folder may be moved.
  mv -T "$fresh" "$DIR" 2>/dev/null || true
fi
exec "$DIR/bin/python" tests/peers/scim/check.py "$@"
