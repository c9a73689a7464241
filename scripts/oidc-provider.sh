#!/usr/bin/env bash
# Serves oidc-provider, a certified OpenID provider by others, on a port of the loopback interface.
# Installs it, pinned by its lock file, at its first use; ends with 77 and a reason where it cannot be had.
# Usage: scripts/oidc-provider.sh PORT CLIENTS (see tests/peers/oidc/provider.mjs)
. "$(dirname "$0")/lib.sh"
use_tools
skip() {
  printf '%s\n' "$1"
  exit 77
}
[ "$(node_major)" -ge "$MIN_NODE_MAJOR" ] || skip "there is no Node.js of version $MIN_NODE_MAJOR or later"
cd "$ROOT/tests/peers/oidc"
packages=$( (cat package-lock.json && node --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
  # Several tests may come at once: one installs.
  exec 8>"${TMPDIR:-/tmp}/bilten-oidc-peer-$(id -u).lock"
  if has flock; then flock 8; fi
  if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
    npm ci --no-audit --no-fund --loglevel=error </dev/null >/dev/null 2>&1 || skip "npm cannot fetch oidc-provider"
    echo "$packages" >node_modules/.stamp-packages
  fi
  exec 8>&-
fi
exec node provider.mjs "$1" "${2:-[]}" 2>/dev/null
