#!/usr/bin/env python3
"""kill -9 at random moments of a pruning campaign: going on ends in the same networks as never having been killed.

The signs network is pruned once to the end on this machine, its latencies recorded. Then the same job runs again and
again with the recorded latencies: each time it is killed after a random time, gone on with --resume (and killed again,
once in three), and all networks of its folder compared byte by byte with those of a run that was never killed.
With --real the campaigns measure anew instead, and what is compared is that no accepted round is lost or changed.
All networks of the first run have to pass onnx.checker. Prints a line for each; exit code 1 if one differs.

    python Tests/conformance/campaign_kills.py [--kills 6] [--real] [--seed N]     # after make build
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import onnx

from edge_run import default_binary

EDGE_RUN = default_binary()
ROOT = Path(__file__).resolve().parents[2]

JOB = """
model: {model}
data: {data}
validation: 0.3
target: {target}
objective: latency-p50
bounds:
  accuracy-loss: 30
rounds: 4
increment: 0.2
round-epochs: 1
final-epochs: 1
final-trainings: 1
batch: 16
calibration-pictures: 64
measure-seconds: 0.1
early-rejection: no
"""


def prune(job, folder, **options):
    command = [str(EDGE_RUN), "prune", str(job), "-o", str(folder), "--resume", "--quiet", "--json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)


def finish(job, folder):
    process = prune(job, folder)
    _, errors = process.communicate()
    if process.returncode != 0:
        sys.exit(f"FAILED   the campaign ended with {process.returncode}: {errors.decode()}")


def networks(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "networks").iterdir())}


def rounds(folder):
    """The accepted rounds that a journal has, by number."""
    journal = folder / "journal.jsonl"
    if not journal.exists():
        return {}
    entries = []
    for line in journal.read_text().split("\n")[:-1]:
        entry = json.loads(line)
        if "round" in entry and entry["round"]["record"]["decision"] == "accepted":
            entries.append(entry["round"]["record"])
    return {entry["round"]["number"]: entry for entry in entries}


def unsound(folder):
    """The networks that onnx.checker does not let pass."""
    names = []
    for path in sorted((folder / "networks").glob("*.onnx")):
        try:
            onnx.checker.check_model(onnx.load(path), full_check=True)
        except Exception as error:  # the checker and shape inference throw several kinds
            names.append(f"{path.name} ({str(error).splitlines()[0]})")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    dice = random.Random(options.seed)
    print(f"seed {options.seed}")
    failed = 0
    with tempfile.TemporaryDirectory() as base:
        base = Path(base)
        subprocess.run(
            [EDGE_RUN, "dataset", "signs", base / "signs", "--images", "480"], check=True, capture_output=True
        )

        def job(name, target):
            path = base / name
            path.write_text(JOB.format(model=ROOT / "models" / "signs.onnx", data=base / "signs", target=target))
            return path

        figures = base / "figures.json"
        finish(job("record.yaml", f"record:{figures}"), base / "recorded")
        again = job("again.yaml", "local" if options.real else f"replay:{figures}")
        start = time.monotonic()
        finish(again, base / "whole")
        seconds = time.monotonic() - start
        whole = networks(base / "whole")
        wrong = unsound(base / "whole")
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'passed'}   onnx.checker{': ' if wrong else ''}{', '.join(wrong)}", flush=True)
        for number in range(options.kills):
            folder = base / str(number)
            kills, lost, differing = [], False, []
            for _ in range(2 if number % 3 == 0 else 1):
                process = prune(again, folder)
                wait = dice.uniform(0.05, seconds)
                try:
                    process.communicate(timeout=wait)
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills.append(f"{wait:.1f} s")
            before = rounds(folder)
            finish(again, folder)
            after = rounds(folder)
            if options.real:
                lost = any(after.get(key) != value for key, value in before.items())
                lost |= any(not (folder / value["network"]["model"]).exists() for value in after.values())
            else:
                found = networks(folder)
                lost = found != whole
                differing = sorted(name for name in found.keys() | whole.keys() if found.get(name) != whole.get(name))
            failed += lost
            print(
                f"{'FAILED' if lost else 'passed'}   killed after {' and '.join(kills) or 'its end'} of {seconds:.1f} s,"
                f" with {len(before)} accepted rounds" + (f"; different: {' '.join(differing)}" if differing else ""),
                flush=True,
            )
    print(f"{options.kills + 1 - failed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
