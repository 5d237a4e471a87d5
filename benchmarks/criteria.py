#!/usr/bin/env python3
"""Importance criteria at equal measured latency.

    benchmarks/criteria.py MODEL.onnx --data train.tar [--criteria taylor attention ...] [--cut 0.3]
        [--epochs 0] [--seeds 1 2] [-o FILE.json]

For each criterion and seed one campaign of one round: channels go until the network is predicted to have lost --cut of its
latency, then --epochs of training (0: only the statistics of batch normalisations are computed anew). Told are validation
accuracy, measured latency as a share of the unpruned network's, parameters and multiply-accumulates; random is the control.
All runs share one recording of layers' latencies, so that the same predictions decide; whole networks are measured anew.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CRITERIA = [
    "taylor", "fisher", "attention", "attention-p2", "attention-p4", "l1", "l2", "bn-scale", "bn-activation",
    "geometric-median", "clr-rnf", "reprune", "random",
]  # fmt: skip

JOB = """
model: {model}
data: {data}
{limit}
validation: {validation}
target: record:{figures}
objective: latency-p50
bounds: {{accuracy-loss: 100}}
criterion: {criterion}
weighting: {weighting}
channels: {channels}
rounds: 2
increment: {cut}
round-epochs: {epochs}
final-trainings: 0
early-rejection: no
augment: crop:4,flip
seed: {seed}
"""


def forget_networks(figures):
    """Layers' latencies are shared by all runs; networks have the same names in each and must be measured."""
    if figures.exists():
        recording = json.loads(figures.read_text())
        recording["networks"] = {key: value for key, value in recording["networks"].items() if key == "baseline"}
        figures.write_text(json.dumps(recording))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--data", required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--validation", default="5000")
    parser.add_argument("--criteria", nargs="+", default=CRITERIA)
    parser.add_argument("--weighting", default="latency")
    parser.add_argument("--channels", default="inner")
    parser.add_argument("--cut", type=float, default=0.3)
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--edge-run", default=ROOT / ".build/release/edge-run")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    rows = []
    print("| criterion | validation | latency left | parameters left | multiply-accumulates left |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        figures = folder / "figures.json"
        for criterion in options.criteria:
            runs = []
            for seed in options.seeds:
                forget_networks(figures)
                name = criterion if criterion != "random" else f"random-{seed}"
                job = folder / "job.yaml"
                job.write_text(
                    JOB.format(
                        model=os.path.abspath(options.model), data=os.path.abspath(options.data), figures=figures,
                        limit=f"limit: {options.limit}" if options.limit else "", validation=options.validation,
                        criterion=name, weighting=options.weighting, channels=options.channels, cut=options.cut,
                        epochs=options.epochs, seed=seed,
                    )
                )  # fmt: skip
                command = [str(options.edge_run), "prune", str(job), "-o", str(folder / "out"), "--force", "--quiet", "--json"]
                lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
                whole, pruned = (json.loads(line) for line in lines[:2])
                runs.append(
                    {
                        "criterion": criterion, "seed": seed, "validation_top1": pruned["validation_top1"],
                        "before": whole["validation_top1"], "latency": pruned["latency_ms_p50"] / whole["latency_ms_p50"],
                        "parameters": pruned["parameters"] / whole["parameters"], "macs": pruned["macs"] / whole["macs"],
                    }
                )  # fmt: skip
            rows += runs
            mean = {key: statistics.mean(run[key] for run in runs) for key in runs[0] if key not in ("criterion", "seed")}
            print(
                f"| {criterion} | {100 * mean['validation_top1']:.1f} % | {100 * mean['latency']:.0f} % | "
                f"{100 * mean['parameters']:.0f} % | {100 * mean['macs']:.0f} % |",
                flush=True,
            )
    if options.output:
        options.output.write_text(json.dumps({"date": str(datetime.date.today()), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
