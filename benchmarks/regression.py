#!/usr/bin/env python3
"""Two builds of edge-run beside each other: has anything become slower?

    benchmarks/regression.py OLD NEW [--networks resnet20 FILE.onnx ...] [--threads 1 2] [--rounds 7] [--seconds 0.5]
                             [--tolerance 5] [--train] [-o FILE.json]

OLD and NEW are edge-run programs. In every round each measures each network in a process of its own, in an order that
changes from round to round; told is the median over rounds of the ratio within a round, so that a machine whose speed
drifts slows both. A network that became slower by more than --tolerance percent is measured again, twice as long: only
what repeats is a regression. Exit code 1 where there is one.

Keep a build to compare with: cp .build/release/edge-run /tmp/edge-run-before
"""

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import processor

NETWORKS = ["resnet20", "resnet56", "vgg16-bn", "mobilenet-v2-cifar", "resnet18", "mobilenet-v1", "mobilenet-v2"]
TRAINED = ["resnet20", "resnet56", "mobilenet-v2-cifar"]


def latency(program, model, threads, options):
    """The median in one process, in milliseconds."""
    command = [program, "bench", model, "--threads", threads, "--seconds", options.seconds, "--json", "--quiet"]
    done = subprocess.run(
        [str(word) for word in command + (["--train"] if options.train else [])], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} does not run {model}: {done.stderr.strip()}")
    return json.loads(done.stdout)[0]["latency_ms"]["p50"]


def compare(options, model, threads, rounds):
    """Rounds of (old, new), in milliseconds."""
    pairs = []
    for number in range(rounds):
        # Neither always comes first: a clock that rises during a round would favour the other.
        order = [options.old, options.new] if number % 2 == 0 else [options.new, options.old]
        found = {program: latency(program, model, threads, options) for program in order}
        pairs.append((found[options.old], found[options.new]))
    return pairs


def row(name, threads, pairs):
    ratios = sorted(new / old for old, new in pairs)
    return {
        "network": name, "threads": threads, "rounds": len(pairs),
        "old_ms": statistics.median(old for old, _ in pairs), "new_ms": statistics.median(new for _, new in pairs),
        "ratio": statistics.median(ratios), "lowest_ratio": ratios[0], "highest_ratio": ratios[-1],
    }


def show(figures, words=""):
    print(f"{figures['network']:24}{figures['threads']:>8}{figures['old_ms']:>11.3f}{figures['new_ms']:>11.3f}"
          f"{figures['ratio']:>8.3f}{figures['lowest_ratio']:>9.3f} -{figures['highest_ratio']:>6.3f}  {words}", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--networks", nargs="+", help="built-in architectures or .onnx files")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--tolerance", type=float, default=5, help="percent")
    parser.add_argument("--train", action="store_true", help="steps of training instead of classifying")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    options.old, options.new = options.old.resolve(), options.new.resolve()
    for program in (options.old, options.new):
        if not program.is_file():
            parser.error(f"{program} is not there")
    options.networks = options.networks or (TRAINED if options.train else NETWORKS)
    return options


def main():
    options = arguments()
    limit = 1 + options.tolerance / 100
    results, worse = [], []
    print(f"{'network':24}{'threads':>8}{'old ms':>11}{'new ms':>11}{'ratio':>8}{'lowest - highest':>17}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks:
            model = Path(name)
            if model.suffix != ".onnx":
                model = Path(folder) / f"{name}.onnx"
                subprocess.run([options.new, "create", name, "-o", model], check=True, stdout=subprocess.DEVNULL)
            for threads in options.threads:
                figures = row(name, threads, compare(options, model, threads, options.rounds))
                if figures["ratio"] > limit:
                    show(figures, "slower: once more")
                    figures = row(name, threads, compare(options, model, threads, 2 * options.rounds))
                    if figures["ratio"] > limit:
                        worse.append(f"{name} with {threads} threads: {100 * (figures['ratio'] - 1):.1f} % slower")
                results.append(figures)
                show(figures, "SLOWER" if figures["ratio"] > limit else "")
    if options.output:
        options.output.write_text(json.dumps({
            "date": datetime.date.today().isoformat(), "processor": processor(), "train": options.train,
            "tolerance_percent": options.tolerance, "networks": results,
        }, indent=1) + "\n")
    geometric = statistics.geometric_mean(figures["ratio"] for figures in results)
    print(f"geometric mean of the ratios: {geometric:.3f}")
    for line in worse:
        print(f"regression: {line}")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
