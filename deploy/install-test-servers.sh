#!/bin/sh
# Installs the servers that the tests start themselves (on loopback, in temporary folders), where they are missing.
# Fails loudly where it cannot: a test run without them would prove nothing about the outside.
set -eu
here=$(dirname "$0")
missing=""
while read -r package; do
  case $package in ''|'#'*) continue ;; esac
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done < "$here/test-packages.txt"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
  echo "The tests need these Debian packages:$missing" >&2
  echo "Install them: sudo apt-get install --no-install-recommends$missing" >&2
  exit 1
fi
echo "Installing the servers that the tests need:$missing"
# The packages' own services must not start: the tests bring their own.
policy=/usr/sbin/policy-rc.d
[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && trap 'rm -f $policy' EXIT; }
apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
