#!/usr/bin/env bash
# Trains a MobileNetV2 for CIFAR from scratch on the JPEG copy of CIFAR-10: two hours on two cores with
# AVX-512 (Zen 5), five with AVX2 (Zen 3).
#
#     models/recipes/mobilenet-v2-cifar.sh TRAIN.tar TEST.tar OUTPUT.onnx
#
# 45,000 pictures are learnt from, 5,000 of the training set (seed 1, the same share of every class) decide which epoch is
# kept, the test pictures are looked at once, in the end. Interrupted, the same command goes on where it was.
set -euo pipefail
exec "${EDGE_RUN:-.build/release/edge-run}" train mobilenet-v2-cifar --data "$1" --test "$2" --validation 5000 \
  --augment crop:4,flip,cutout:8,mixup:0.2 --epochs 36 --batch 128 --lr 0.1 \
  --schedule cosine:warmup=0.02,final=0.01 --ema 0.999 --seed 1 --resume -o "$3"
