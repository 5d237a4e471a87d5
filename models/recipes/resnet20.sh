#!/usr/bin/env bash
# Trains a ResNet-20 from scratch on the JPEG copy of CIFAR-10: about an hour and a half on two cores.
#
#     models/recipes/resnet20.sh TRAIN.tar TEST.tar OUTPUT.onnx
#
# 45,000 pictures are learnt from, 5,000 of the training set (seed 1, the same share of every class) decide which epoch is
# kept, the test pictures are looked at once, in the end. Interrupted, the same command goes on where it was.
set -euo pipefail
exec "${EDGE_RUN:-.build/release/edge-run}" train resnet20 --data "$1" --test "$2" --validation 5000 \
  --augment crop:4,flip --epochs 40 --batch 128 --lr 0.2 --ema 0.999 --seed 1 --resume -o "$3"
