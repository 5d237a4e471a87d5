#!/usr/bin/env bash
# Trains a ResNet-20 from scratch on the JPEG copy of CIFAR-10: 35 minutes on two cores with
# AVX-512 (Zen 5), four times as long with AVX2 (Zen 3).
#
#     models/recipes/resnet20.sh TRAIN.tar TEST.tar OUTPUT.onnx
#
# 45,000 pictures are learnt from, 5,000 of the training set (seed 1, the same share of every class) decide which epoch is
# kept, the test pictures are looked at once, in the end. Interrupted, the same command goes on where it was.
set -euo pipefail
exec "${EDGE_RUN:-.build/release/edge-run}" train resnet20 --data "$1" --test "$2" --validation 5000 \
  --augment crop:4,flip --epochs 100 --batch 128 --lr 0.1 --schedule cosine:warmup=0.02 --ema 0.999 --seed 1 \
  --resume -o "$3"
