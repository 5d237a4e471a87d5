#!/usr/bin/env python3
"""kill -9 at random moments of a short training: going on ends in the same bits as never having been killed.

A training of the signs network is run once to its end, then again and again: each time it is killed after a random time,
gone on with --resume (and killed again, once in three), and its network compared byte by byte with the first one.
Prints a line for each; exit code 1 if one differs.

    python Tests/conformance/training_kills.py [--kills 20] [--seed N]     # after make build
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from edge_run import default_binary

EDGE_RUN = default_binary()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    dice = random.Random(options.seed)
    print(f"seed {options.seed}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([EDGE_RUN, "dataset", "signs", folder / "signs", "--images", "640"], check=True, capture_output=True)

        def command(name):
            return [
                str(word) for word in (
                    EDGE_RUN, "train", "signnet", "--data", folder / "signs", "--epochs", "3", "--batch", "16",
                    "--ema", "0.9", "--seed", "7", "--checkpoint-every", "0.05", "--quiet", "--resume", "-o", folder / name)
            ]  # fmt: skip

        start = time.monotonic()
        subprocess.run(command("whole.onnx"), check=True, capture_output=True)
        whole, seconds = (folder / "whole.onnx").read_bytes(), time.monotonic() - start
        for number in range(options.kills):
            name = f"{number}.onnx"
            kills = []
            for _ in range(2 if number % 3 == 0 else 1):
                process = subprocess.Popen(command(name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                wait = dice.uniform(0.02, seconds)
                try:
                    process.wait(wait)
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    kills.append(f"{wait:.2f} s")
            begun = (folder / f"{name}.checkpoint").exists()
            if not (folder / name).exists():
                subprocess.run(command(name), check=True, capture_output=True)
            good = (folder / name).read_bytes() == whole and not (folder / f"{name}.checkpoint").exists()
            failed += not good
            print(
                f"{'passed' if good else 'FAILED'}   killed after {' and '.join(kills) or 'its end'} of {seconds:.2f} s, "
                f"{'with' if begun else 'without'} a checkpoint",
                flush=True,
            )
            (folder / name).unlink()
    print(f"{options.kills - failed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
