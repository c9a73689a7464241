#!/usr/bin/env bash
# Installs what is missing to build and run Bilten on Debian or Ubuntu; instant when everything is there.
# Usage: scripts/setup.sh [run|test]    "test" adds the browser that the browser tests drive.
. "$(dirname "$0")/lib.sh"
purpose="${1:-run}"
updated=no

apt_update_once() {
  [ "$updated" = yes ] && return
  say "Refreshing the package lists"
  as_root apt-get update -qq </dev/null
  updated=yes
}

apt_install() {
  say "Installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

need_apt() {
  has apt-get || fail "$1 is missing, and this machine has no apt-get." "Please install $1 by hand and start again."
}

check_rust() {
  has cargo || fail "A Rust toolchain is missing." "Install Rust 1.$MIN_RUST_MINOR or newer (https://rustup.rs) and start again."
  local minor
  minor=$(rustc --version | sed -E 's/^rustc 1\.([0-9]+).*/\1/')
  [ "$minor" -ge "$MIN_RUST_MINOR" ] || fail "$(rustc --version) is too old." "Bilten needs Rust 1.$MIN_RUST_MINOR or newer: rustup update stable"
}

# Rust links with the C compiler, and the TLS library compiles C and assembly.
setup_compiler() {
  has cc && return
  need_apt "a C compiler"
  apt_update_once
  apt_install gcc libc6-dev
}

# Only the server's programs: Bilten starts a database of its own, so no system-wide cluster is wanted.
setup_postgres() {
  [ -n "${DATABASE_URL:-}" ] && [ "$purpose" = run ] && return
  [ -n "$(postgres_bin)" ] && return
  need_apt "PostgreSQL $MIN_POSTGRES_MAJOR or newer"
  apt_update_once
  local package major conf=/etc/postgresql-common/createcluster.conf
  package=$(apt-cache search --names-only '^postgresql-[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
  major=${package#postgresql-}
  if [ -z "$package" ] || [ "$major" -lt "$MIN_POSTGRES_MAJOR" ]; then
    fail "This system offers ${package:-no PostgreSQL}; Bilten needs $MIN_POSTGRES_MAJOR or newer." \
      "Add the PostgreSQL project's packages (https://www.postgresql.org/download/linux/) and start again," \
      "or name a running server: DATABASE_URL=postgres://… make run"
  fi
  apt_install postgresql-common
  as_root sed -i -E 's/^#(create_main_cluster) = true/\1 = false/' "$conf"
  apt_install "$package"
  as_root sed -i -E 's/^(create_main_cluster) = false/#\1 = true/' "$conf"
}

# Node.js of the system when new enough; otherwise a private one, from npm, in the user's cache.
setup_node() {
  if [ "$(node_major)" -ge "$MIN_NODE_MAJOR" ] && has npm; then return; fi
  need_apt "Node.js $MIN_NODE_MAJOR or newer with npm"
  if ! { has node && has npm; }; then
    apt_update_once
    # Packages of NodeSource hold npm already and refuse Debian's beside it.
    apt_install nodejs
    has npm || apt_install npm
  fi
  [ "$(node_major)" -ge "$MIN_NODE_MAJOR" ] && return
  setup_private_node
}

setup_private_node() {
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
  [ "$(node_major)" -ge "$MIN_NODE_MAJOR" ] || fail "Node.js $MIN_NODE_MAJOR could not be installed." "Please install it by hand and start again."
}

setup_browser() {
  [ "$purpose" = test ] || return 0
  [ "${BILTEN_SKIP_BROWSER:-}" = 1 ] && return
  [ -n "$(find_chromium)" ] && return
  need_apt "Chromium"
  apt_update_once
  if ! apt-cache show chromium >/dev/null 2>&1; then
    fail "This system has no chromium package (Ubuntu ships it as a snap only)." \
      "Install Chromium or Google Chrome and set CHROME_PATH to the program," \
      "or leave the browser tests out: BILTEN_SKIP_BROWSER=1 make test"
  fi
  apt_install chromium fonts-dejavu-core fonts-liberation fonts-noto-color-emoji
}

check_rust
setup_compiler
setup_postgres
setup_node
setup_browser
