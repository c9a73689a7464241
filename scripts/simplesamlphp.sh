#!/usr/bin/env bash
# Serves Debian's SimpleSAMLphp as an identity provider on a port of the loopback interface (see tests/peers/saml/simplesamlphp).
# Ends with 77 and a reason where it is not installed; scripts/setup.sh installs it where it may.
# Usage: scripts/simplesamlphp.sh PORT FOLDER, where FOLDER holds key.pem, certificate.pem and peer.json.
. "$(dirname "$0")/lib.sh"
skip() {
  printf '%s\n' "$1"
  exit 77
}
has php || skip "PHP is not installed"
[ -f /usr/share/simplesamlphp/www/saml2/idp/SSOService.php ] || skip "SimpleSAMLphp is not installed"
[ -r /etc/simplesamlphp/config.php ] || skip "SimpleSAMLphp's configuration cannot be read by this user"
peer=$ROOT/tests/peers/saml/simplesamlphp
export SIMPLESAMLPHP_CONFIG_DIR=$peer BILTEN_SAML_PORT=$1 BILTEN_SAML_DIR=$2
exec php -d error_reporting=0 -d session.save_path="$2" -S "127.0.0.1:$1" -t "$2" "$peer/router.php" >"$2/php.log" 2>&1
