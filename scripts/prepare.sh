#!/usr/bin/env bash
# Refreshes .sqlx: checks every SQL query against a throw-away PostgreSQL that holds our migrations, and writes what
# the ordinary (offline) build needs. Run it after changing SQL or adding a migration, and commit .sqlx with the change.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" test
bin=$(postgres_bin)
work=$(mktemp -d)
chmod 755 "$work"
mkdir "$work/run" "$work/sqlx"

# PostgreSQL refuses to run as root; there it runs as the user that its package made.
as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups --reset-env "$@"; else "$@"; fi
}
stop() {
  as_server "$bin/pg_ctl" -D "$work/data" -m immediate -s stop || true
  rm -rf "$work"
}
[ "$(id -u)" = 0 ] && chown -R postgres: "$work"
trap stop EXIT

say "Starting a throw-away PostgreSQL"
as_server "$bin/initdb" -D "$work/data" --no-sync -U postgres -A trust >/dev/null
as_server "$bin/pg_ctl" -D "$work/data" -w -s -l "$work/log" -o "-c listen_addresses='' -k $work/run -c fsync=off" start
psql() { "$bin/psql" -qX -h "$work/run" -U postgres -v ON_ERROR_STOP=1 -d bilten "$@"; }
"$bin/createdb" -h "$work/run" -U postgres bilten
psql -f migrations/roles.sql
for migration in migrations/[0-9]*.sql; do
  psql -1 -c "set role bilten_owner" -c "set search_path = bilten, platform" -f "$migration"
done

say "Checking the queries"
export DATABASE_URL="postgres://postgres@localhost/bilten?host=$work/run&options=-csearch_path%3Dbilten,platform"
touch -- */src/lib.rs */src/main.rs 2>/dev/null || true
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$work/sqlx" cargo build --workspace --all-targets
rm -rf .sqlx && mkdir .sqlx && cp "$work"/sqlx/*.json .sqlx/
say "$(find .sqlx -name '*.json' | wc -l) queries checked; commit .sqlx with your change"
