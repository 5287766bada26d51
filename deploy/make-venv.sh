#!/bin/sh
# Makes the virtual environment. Debian ships Python without venv's pip: then its package is installed or named.
set -eu
python=$1 venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Genklang needs Python 3.11 or newer; $python is $("$python" --version 2>&1)." >&2
  exit 1
}
[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && exit 0
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv >/dev/null
  else
    echo "Python's venv is missing. Install it (on Debian and Ubuntu: sudo apt-get install python3-venv)." >&2
    exit 1
  fi
fi
"$python" -m venv "$venv"
