#!/bin/sh
# The language-model path against a real model server, fetched on the first run. More arguments go to pytest.
set -eu
python=${PYTHON:-.venv/bin/python}
folder=${GENKLANG_TEST_MODEL_SERVER:-.tools/model-server}
sh "$(dirname "$0")/fetch-model-server.sh" "$python" "$folder"
GENKLANG_TEST_MODEL_SERVER=$folder exec "$python" -m pytest -m llm tests/llm "$@"
