#!/usr/bin/env python3
"""Fine-tuning on the JPEG copy of CIFAR-10: accuracy on its test pictures, and how long it takes.

    benchmarks/finetuning.py FOLDER [--seeds 1 2 3] [--epochs 28] [-o FILE.json]

First the ResNet-56 of ../shared/models, then its ResNet-20 once for each seed, with the former as its teacher. No pictures
are set aside for validation and the last average of the weights is taken, so nothing is chosen by test pictures. FOLDER
keeps networks, checkpoints and logs: the same command goes on where it was interrupted.
"""

import argparse
import datetime
import json
import statistics
import subprocess
import time
from pathlib import Path

from machine import processor

ROOT = Path(__file__).resolve().parents[1]
COMMON = ["--validation", "none", "--preprocess", "cifar10", "--schedule", "constant", "--lr", "0.02", "--ema", "0.9995"]


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tuned(name, network, options, *more):
    """Trains a network unless that is done; its accuracy on the test pictures and its seconds."""
    progress, network_file = options.folder / f"{name}.json", options.folder / f"{name}.onnx"
    done = records(progress)
    if not any("test_top1" in record for record in done):
        earlier = sum(record.get("seconds", 0) for record in done)
        command = [
            str(options.edge_run), "train", str(options.shared / "models" / network), "--data",
            str(options.shared / "data/cifar10-jpeg/train.tar"), "--test",
            str(options.shared / "data/cifar10-jpeg/test.tar"), *COMMON, *more, "--json", "--resume", "-o",
            str(network_file),
        ]  # fmt: skip
        start = time.monotonic()
        with progress.open("a") as output, (options.folder / f"{name}.log").open("a") as log:
            subprocess.run(command, check=True, stdout=output, stderr=log)
            output.write(json.dumps({"wall_seconds": earlier + time.monotonic() - start}) + "\n")
        done = records(progress)
    accuracy = next(record["test_top1"] for record in done if "test_top1" in record)
    wall = next((record["wall_seconds"] for record in done if "wall_seconds" in record), None)
    print(f"| {name} | {100 * accuracy:.2f} % | {wall / 60:.1f} min |" if wall else f"| {name} | {accuracy} | ? |", flush=True)
    return {"name": name, "test_top1": accuracy, "seconds": wall}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=28)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--edge-run", type=Path, default=ROOT / ".build/release/edge-run")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print("| network, seed | test pictures | time |\n| --- | --- | --- |")
    teacher = tuned(
        "resnet56-1", "resnet56-cifar10.onnx", options, "--augment", "crop:4,flip,cutout:8", "--epochs", "15", "--seed", "1")
    students = [
        tuned(
            f"resnet20-{seed}", "resnet20-cifar10.onnx", options, "--augment", "crop:4,flip", "--epochs",
            str(options.epochs), "--seed", str(seed), "--teacher", str(options.folder / "resnet56-1.onnx"),
            "--teacher-weight", "0.9")
        for seed in options.seeds
    ]  # fmt: skip
    accuracies = [100 * student["test_top1"] for student in students]
    spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0
    print(f"\nResNet-20: mean {statistics.mean(accuracies):.2f} %, standard deviation {spread:.2f} points")
    if options.output:
        result = {"date": datetime.date.today().isoformat(), "processor": processor(), "epochs": options.epochs,
                  "runs": [teacher, *students]}  # fmt: skip
        options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
