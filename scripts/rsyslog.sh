#!/usr/bin/env bash
# Runs rsyslog, the syslog server of Debian, in the foreground with one configuration file.
# Installs it at its first use where that is possible; ends with 77 and a reason where it cannot be had.
# Usage: scripts/rsyslog.sh CONFIGURATION PID_FILE
. "$(dirname "$0")/lib.sh"
server=$(command -v rsyslogd || true)
[ -n "$server" ] || { [ -x /usr/sbin/rsyslogd ] && server=/usr/sbin/rsyslogd; }
if [ -z "$server" ] && [ "$(id -u)" = 0 ] && has apt-get; then
  exec 8>"${TMPDIR:-/tmp}/bilten-rsyslog.lock"
  if has flock; then flock 8; fi
  { [ -x /usr/sbin/rsyslogd ] || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rsyslog; }; } </dev/null >/dev/null 2>&1
  exec 8>&-
  [ -x /usr/sbin/rsyslogd ] && server=/usr/sbin/rsyslogd
fi
if [ -z "$server" ]; then
  printf '%s\n' "rsyslog is not installed and cannot be had"
  exit 77
fi
exec "$server" -n -f "$1" -i "$2" 2>/dev/null
