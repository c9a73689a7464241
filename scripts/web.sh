#!/usr/bin/env bash
# Builds the browser assets (web/ → web/dist), only when something changed since the last time.
# The stamps live in node_modules, so that removing that folder forgets them too.
. "$(dirname "$0")/lib.sh"
web="$ROOT/web"
[ -f "$web/package.json" ] || { note "no web/package.json: nothing to build"; exit 0; }
cd "$web"

packages=$( (cat package-lock.json && node --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.stamp-packages 2>/dev/null)" != "$packages" ]; then
  say "Installing the browser packages"
  npm ci --no-audit --no-fund --loglevel=error </dev/null
  echo "$packages" >node_modules/.stamp-packages
fi

sources=$(hash_files . -name node_modules -prune -o -name dist -prune -o)
if [ ! -d dist ] || [ "$(cat node_modules/.stamp-sources 2>/dev/null)" != "$sources" ]; then
  say "Building the browser assets"
  npm run --silent build </dev/null
  echo "$sources" >node_modules/.stamp-sources
fi
