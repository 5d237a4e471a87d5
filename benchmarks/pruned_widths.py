#!/usr/bin/env python3
"""Is a network with fewer multiply-accumulates faster by as much?

    benchmarks/pruned_widths.py [--networks resnet20 ...] [--seeds 20] [--shares 0.3 0.8] [--threads 1] [--seconds 1]
                                [--edge-run PROGRAM] [-o FILE.json]

Each network is built with random odd widths, one network a seed, from the lower share of multiply-accumulates removed to the
higher one in even steps. It is measured in alternation with the whole network (`edge-run bench --compare`). Told is the share
of the time that went over the share of the multiply-accumulates that went: 1 where all of the work saved is time saved.
"""

import argparse
import datetime
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

from machine import processor

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = ["resnet20", "resnet56", "mobilenet-v2-cifar"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--shares", type=float, nargs=2, default=[0.3, 0.8])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--edge-run", default=ROOT / ".build/release/edge-run")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()

    def tool(*words):
        command = [str(word) for word in (options.edge_run, *words, "--json", "--quiet")]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    rows = []
    print("| network | seed | multiply-accumulates | before, ms | after, ms | time | time saved / work saved |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for network in options.networks:
            whole, narrow = f"{folder}/whole.onnx", f"{folder}/narrow.onnx"
            tool("create", network, "-o", whole, "--force")
            before = tool("inspect", whole)["macs"]
            own = []
            for seed in range(1, options.seeds + 1):
                low, high = options.shares
                share = low + (high - low) * (seed - 1) / max(options.seeds - 1, 1)
                tool("create", network, "--remove-macs", f"{share:.4f}", "--seed", seed, "-o", narrow, "--force")
                saved = 1 - tool("inspect", narrow)["macs"] / before
                lines = tool(
                    "bench", whole, narrow, "--compare", "--threads", options.threads, "--seconds", options.seconds)
                first, second = (line["latency_ms"]["p50"] for line in lines)
                own.append(
                    {
                        "network": network, "seed": seed, "threads": options.threads, "macs_saved": saved,
                        "before_ms": first, "after_ms": second, "time_saved": 1 - second / first,
                        "ratio": (1 - second / first) / saved,
                    }
                )  # fmt: skip
                print(
                    f"| {network} | {seed} | -{100 * saved:.0f} % | {first:.3f} | {second:.3f} | "
                    f"-{100 * own[-1]['time_saved']:.0f} % | {own[-1]['ratio']:.2f} |",
                    flush=True,
                )
            ratios = [row["ratio"] for row in own]
            print(
                f"| **{network}** | all | | | | | **{statistics.mean(ratios):.3f}** ({min(ratios):.2f} to {max(ratios):.2f}) |")
            rows += own
    if options.output:
        result = {"date": str(datetime.date.today()), "processor": processor(), "rows": rows}
        options.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
