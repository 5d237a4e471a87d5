#!/usr/bin/env bash
# Trains the signs network from scratch on pictures that the project draws: about ten minutes on two cores.
#
#     models/recipes/signs.sh FOLDER OUTPUT.onnx
#
# Training, validation and test pictures have a seed of their own each. The validation pictures decide which epoch is
# kept, the test pictures are looked at once, in the end. Never mirrored: left and right are different signs.
# Interrupted, the same command goes on where it was.
set -euo pipefail
edge_run="${EDGE_RUN:-.build/release/edge-run}"
for part in "train 32000 1" "validation 3200 2" "test 3200 3"; do
  read -r name images seed <<<"$part"
  if [[ ! -d $1/$name ]]; then "$edge_run" dataset signs "$1/$name" --images "$images" --seed "$seed"; fi
done
exec "$edge_run" train signnet --data "$1/train" --validation "$1/validation" --test "$1/test" \
  --augment crop:5,cutout:12,brightness:0.3,contrast:0.25 --epochs 12 --batch 64 --lr 0.1 --ema 0.998 \
  --label-smoothing 0.05 --seed 1 --resume -o "$2"
