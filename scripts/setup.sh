#!/usr/bin/env bash
# Installs what is missing to build and run Bilten on Debian or Ubuntu; instant when everything is there.
# First collects what is missing, then installs it at once as root or with sudo; where it may do neither, it prints
# the command to type and stops.
# Usage: scripts/setup.sh [run|test]    "test" adds the browser that the browser tests drive.
. "$(dirname "$0")/lib.sh"
purpose="${1:-run}"
missing=()

check_rust() {
  has cargo || fail "A Rust toolchain is missing." "Install Rust 1.$MIN_RUST_MINOR or newer (https://rustup.rs) and start again."
  local minor
  minor=$(rustc --version | sed -E 's/^rustc 1\.([0-9]+).*/\1/')
  [ "$minor" -ge "$MIN_RUST_MINOR" ] || fail "$(rustc --version) is too old." "Bilten needs Rust 1.$MIN_RUST_MINOR or newer: rustup update stable"
}

want_node() { [ "$(node_major)" -lt "$MIN_NODE_MAJOR" ] || ! has npm; }
want_postgres() {
  # A server named by the caller is enough to run, while the tests always use one of their own.
  if [ -n "${DATABASE_URL:-}" ] && [ "$purpose" = run ]; then return 1; fi
  [ -z "$(postgres_bin)" ]
}
want_browser() { [ "$purpose" = test ] && [ "${BILTEN_SKIP_BROWSER:-}" != 1 ] && [ -z "$(find_chromium)" ]; }

# SAML by others; tests that miss them say that they are skipped, so that nobody is asked for them.
want_saml() {
  [ "$purpose" = test ] && may_be_root && has apt-get && apt-cache show simplesamlphp xmlsec1 >/dev/null 2>&1 &&
    ! { has xmlsec1 && has php && [ -d /usr/share/simplesamlphp ]; }
}

# Rust links with the C compiler, and the TLS library compiles C and assembly.
collect_missing() {
  has cc || missing+=(gcc libc6-dev)
  if want_postgres; then missing+=("$(newest_postgres_package)"); fi
  if want_node && ! { has node && has npm; }; then
    missing+=(nodejs)
    # Packages of NodeSource hold npm already and refuse Debian's beside it.
    apt-cache policy nodejs 2>/dev/null | grep -q 'Candidate:.*nodesource' || missing+=(npm)
  fi
  if want_saml; then missing+=(xmlsec1 php-cli php-cgi php-xml simplesamlphp); fi
  if want_browser; then missing+=(chromium fonts-dejavu-core fonts-liberation fonts-noto-color-emoji); fi
}

newest_postgres_package() {
  local package
  package=$(apt-cache search --names-only '^postgresql-[0-9]+$' 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1)
  printf '%s' "${package:-postgresql}"
}

# Distributions that cannot give us what we need: say so before anything is installed.
check_offers() {
  local package major
  package=$(newest_postgres_package)
  major=${package#postgresql-}
  if want_postgres && [ "$major" != postgresql ] && [ "$major" -lt "$MIN_POSTGRES_MAJOR" ]; then
    fail "This system offers $package; Bilten needs $MIN_POSTGRES_MAJOR or newer." \
      "Add the PostgreSQL project's packages (https://www.postgresql.org/download/linux/) and start again," \
      "or name a running server: DATABASE_URL=postgres://… make run"
  fi
  if want_browser && ! apt-cache show chromium >/dev/null 2>&1; then
    fail "This system has no chromium package (Ubuntu ships it as a snap only)." \
      "Install Chromium or Google Chrome and set CHROME_PATH to the program," \
      "or leave the browser tests out: BILTEN_SKIP_BROWSER=1 make test"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

install_missing() {
  [ "${#missing[@]}" = 0 ] && return
  has apt-get || fail "Missing: ${missing[*]} (Debian's names)." "This machine has no apt-get: please install them by hand and start again."
  if ! may_be_root; then
    fail "Missing: ${missing[*]}. Installing them needs root. Please type:" \
      "su -c 'apt-get update && apt-get install -y --no-install-recommends ${missing[*]}'" "and then start again."
  fi
  say "Installing ${missing[*]}"
  as_root apt-get update -qq </dev/null
  missing=()
  collect_missing
  check_offers
  # Only the server's programs are wanted: Bilten starts a database of its own, so no system-wide cluster is made.
  if want_postgres && [ ! -e "$CLUSTER_CONF" ]; then
    apt_install postgresql-common
    as_root sed -i -E 's/^#(create_main_cluster) = true/\1 = false/' "$CLUSTER_CONF"
    apt_install "${missing[@]}"
    as_root sed -i -E 's/^(create_main_cluster) = false/#\1 = true/' "$CLUSTER_CONF"
  else
    apt_install "${missing[@]}"
  fi
}
CLUSTER_CONF=/etc/postgresql-common/createcluster.conf

# The system's Node.js is too old: a newer one from npm, for this user only, in the cache.
install_private_node() {
  local arch
  case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) fail "The system's Node.js is older than $MIN_NODE_MAJOR." "Please install Node.js $MIN_NODE_MAJOR or newer and start again." ;;
  esac
  say "The system's Node.js is $(node --version); putting Node.js 22 into $NODE_DIR"
  mkdir -p "$NODE_DIR"
  npm install --prefix "$NODE_DIR" --no-audit --no-fund --loglevel=error "node-linux-$arch@22" npm@10 </dev/null
  mkdir -p "$NODE_DIR/node_modules/.bin"
  ln -sf "../node-linux-$arch/bin/node" "$NODE_DIR/node_modules/.bin/node"
  use_tools
  want_node && fail "Node.js $MIN_NODE_MAJOR could not be installed." "Please install it by hand and start again."
  return 0
}

check_rust
collect_missing
install_missing
if want_node; then install_private_node; fi
