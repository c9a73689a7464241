#!/usr/bin/env bash
# Set-up, build, then the demo in the foreground; with BILTEN_DEMO_IDP=1 with an identity provider beside it. Ctrl-C stops it and the private PostgreSQL it started.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" run
use_tools
"$ROOT/scripts/web.sh"
say "Building bilten"
cargo_offline_sql build --workspace --bin bilten
if [ "${BILTEN_DEMO_IDP:-}" = 1 ]; then
  # An identity provider on this machine, at which the staff of one demo shop log in with any name.
  listen=${BILTEN_LISTEN:-127.0.0.1:8080}
  shop="http://operahuset.localhost:${listen##*:}"
  connection=sso_069g000001r010000000000004
  secret=demo-demo-demo-demo-demo-demo-demo
  say "Serving the demo's identity provider at http://127.0.0.1:18990"
  scripts/oidc-provider.sh 18990 "[{\"id\":\"demo\",\"secret\":\"$secret\",\"redirect\":\"$shop/manage/login/sso/$connection/callback\",\"logout\":\"$shop/sso/$connection/back-channel-logout\"}]" &
  provider=$!
  trap 'kill "$provider" 2>/dev/null || true' EXIT
  "$(target_dir)/debug/bilten" serve --demo
  exit
fi
exec "$(target_dir)/debug/bilten" serve --demo
