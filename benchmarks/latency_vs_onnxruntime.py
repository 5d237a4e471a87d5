#!/usr/bin/env python3
"""Latency of edge-run beside ONNX Runtime, interleaved in one run.

    benchmarks/latency_vs_onnxruntime.py MODEL.onnx ... [--threads 1] [--rounds 5] [--seconds 1] [-o FILE.json]

Every round measures each model with both, one fresh process each, so that a machine whose speed drifts slows both.
ONNX Runtime runs with all graph optimisations and the same number of threads. Told is, for each model, the median of
the rounds' medians, the smallest time of all, and the ratio ours / theirs of the medians, round by round (median).
A busy machine makes all of it worthless: run nothing beside it.
"""

import argparse
import datetime
import json
import statistics
import subprocess
import sys
from pathlib import Path

from machine import processor

ROOT = Path(__file__).resolve().parents[1]

# Runs in a process of its own: one model, one series, as JSON.
PEER = """
import json, sys, time
import numpy as np, onnxruntime
model, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
generator = np.random.default_rng(1)
feeds = {
    value.name: generator.standard_normal([d if isinstance(d, int) else 1 for d in value.shape], dtype=np.float32)
    for value in session.get_inputs()
}
end = time.perf_counter() + seconds * 0.2
while time.perf_counter() < end:
    session.run(None, feeds)
series = []
end = time.perf_counter() + seconds
while len(series) < 5 or time.perf_counter() < end:
    start = time.perf_counter()
    session.run(None, feeds)
    series.append((time.perf_counter() - start) * 1e3)
series.sort()
print(json.dumps({"p50": series[len(series) // 2], "min": series[0], "runs": len(series)}))
"""


def theirs(model, threads, seconds):
    command = [sys.executable, "-c", PEER, str(model), str(threads), str(seconds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def ours(binary, model, threads, seconds):
    command = [str(binary), "bench", str(model), "--threads", str(threads), "--seconds", str(seconds), "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--edge-run", type=Path, default=ROOT / ".build/release/edge-run")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    import onnxruntime

    rounds = {model: [] for model in options.models}
    for _ in range(options.rounds):
        for model in options.models:
            pair = theirs(model, options.threads, options.seconds), ours(
                options.edge_run, model, options.threads, options.seconds
            )
            rounds[model].append(pair)
    rows = []
    for model, pairs in rounds.items():
        rows.append(
            {
                "model": model.stem,
                "onnxruntime_ms": statistics.median(peer["p50"] for peer, _ in pairs),
                "onnxruntime_min_ms": min(peer["min"] for peer, _ in pairs),
                "edge_run_ms": statistics.median(own["latency_ms"]["p50"] for _, own in pairs),
                "edge_run_min_ms": min(own["latency_ms"]["min"] for _, own in pairs),
                "ratio": statistics.median(own["latency_ms"]["p50"] / peer["p50"] for peer, own in pairs),
                "gflops": statistics.median(own["gflops"] for _, own in pairs),
                "isa": pairs[0][1]["isa"],
            }
        )
    print(f"{processor()}, {options.threads} thread(s), {rows[0]['isa']}, ONNX Runtime {onnxruntime.__version__}, "
          f"{options.rounds} rounds, {datetime.date.today()}\n")
    print("| network | ONNX Runtime ms | edge-run ms | ratio | minima | GFLOP/s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(
            f"| {row['model']} | {row['onnxruntime_ms']:.3f} | {row['edge_run_ms']:.3f} | {row['ratio']:.2f} "
            f"| {row['onnxruntime_min_ms']:.3f} / {row['edge_run_min_ms']:.3f} | {row['gflops']:.0f} |"
        )
    if options.output:
        options.output.write_text(
            json.dumps(
                {
                    "date": str(datetime.date.today()),
                    "processor": processor(),
                    "threads": options.threads,
                    "onnxruntime": onnxruntime.__version__,
                    "rows": rows,
                },
                indent=1,
            )
            + "\n"
        )


if __name__ == "__main__":
    main()
