#!/bin/sh
# Pins the packages of pyproject.toml for every platform, with hashes and without any registry's address.
set -eu
uv=$1
compile="$uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --overrides deploy/overrides.txt pyproject.toml --extra setup"
$compile -o requirements.lock
$compile --extra dev -c requirements.lock -o requirements-dev.lock
