#!/usr/bin/env bash
# Asks @node-saml/node-saml about answers of a SAML provider (see tests/peers/saml/judge.mjs).
# Installs it, pinned by its lock file, at its first use; ends with 77 and a reason where it cannot be had.
. "$(dirname "$0")/lib.sh"
use_tools
skip() {
  printf '%s\n' "$1"
  exit 77
}
[ "$(node_major)" -ge "$MIN_NODE_MAJOR" ] || skip "there is no Node.js of version $MIN_NODE_MAJOR or later"
cd "$ROOT/tests/peers/saml"
packages=$( (cat package-lock.json && node --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
  # Several tests may come at once: one installs.
  exec 8>"${TMPDIR:-/tmp}/bilten-saml-peer-$(id -u).lock"
  if has flock; then flock 8; fi
  if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
    npm ci --no-audit --no-fund --loglevel=error </dev/null >/dev/null 2>&1 || skip "npm cannot fetch @node-saml/node-saml"
    echo "$packages" >node_modules/.stamp-packages
  fi
  exec 8>&-
fi
exec node judge.mjs 2>/dev/null
