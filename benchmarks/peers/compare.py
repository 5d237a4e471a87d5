#!/usr/bin/env python3
"""edge-run beside other runtimes: every network on every runtime, interleaved in one run.

    benchmarks/peers/compare.py [--networks resnet20 ...] [--peers openvino ...] [--threads 1 2] [--rounds 5]
                                [--seconds 1] [--work build/peers] [-o benchmarks/results/peers]

Installs the runtimes from PyPI into two environments below --work (gigabytes: PyTorch converts the models), makes the
networks, converts them, and checks that all runtimes compute the same. Then, round by round, each runtime measures each
network in a fresh process of its own. Told are medians over the rounds of the medians in a process; ratios are taken
within a round, so that a machine whose speed drifts slows both sides. -o names the results without an ending: .json has
all figures, .svg the plot. A busy machine makes all of it worthless: run nothing beside it.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from networks import NETWORKS
from plot import svg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "benchmarks"))
from machine import processor

OURS = "edge-run"
# Runtime: the ending of its model files and its folder among the installed packages.
PEERS = {
    "onnxruntime": (".onnx", "onnxruntime"),
    "openvino": (".onnx", "openvino"),
    "litert": (".tflite", "ai_edge_litert"),
    "ncnn": (".ncnn.param", "ncnn"),
    "mnn": (".mnn", "MNN"),
    "tract": (".onnx", "tract"),
}


def environment(folder, requirements):
    """The Python of a virtual environment with these packages, made where it is missing."""
    python = folder / "bin/python"
    if not (folder / "complete").exists():
        print(f"installing {requirements.name} into {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)], check=True)
        (folder / "complete").touch()
    return python


def prepare(options):
    """Makes the networks and every runtime's file of them; returns their folder."""
    models = options.work / "models"
    models.mkdir(parents=True, exist_ok=True)
    missing = [name for name in options.networks if not (models / f"{name}.onnx").exists()]
    if missing:
        convert = environment(options.work / "convert", HERE / "convert-requirements.txt")
        make = [str(convert), str(HERE / "networks.py"), str(models), str(options.edge_run)]
        subprocess.run([*make, *missing], check=True)
    for name in options.networks:
        convert_for_peers(options, models, name)
    return models


def convert_for_peers(options, models, name):
    side = NETWORKS[name][1]
    tools = options.python.parent
    onnx, pools = models / f"{name}.onnx", models / f"{name}.pools.onnx"
    if "mnn" in options.peers and not (models / f"{name}.mnn").exists():
        quiet([tools / "mnnconvert", "-f", "ONNX", "--modelFile", onnx, "--MNNModel", models / f"{name}.mnn",
               "--bizCode", "peers"], models)
    if "ncnn" in options.peers and not (models / f"{name}.ncnn.param").exists():
        quiet([tools / "pnnx", pools, f"inputshape=[1,3,{side},{side}]", "fp16=0"], models)
        for ending in (".param", ".bin"):
            made = models / f"{pools.stem.replace('-', '_')}.ncnn{ending}"
            if made.exists():
                made.rename(models / f"{name}.ncnn{ending}")
    # Anew every time: the compiler is what changes.
    capture([options.edge_run, "compile", onnx, "--force", "-o", models / f"{name}.edge"])


def quiet(command, folder):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=folder)
    if done.returncode != 0:
        print(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout)[-300:]}", file=sys.stderr)


def capture(command):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(options, models, runtime, name, threads, output=None):
    """One process's figures, or None where the runtime cannot run the network."""
    if runtime == OURS:
        command = [options.edge_run, "bench", models / f"{name}.edge", "--threads", threads, "--seconds",
                   options.seconds, "--json"]
        figures = json.loads(capture(command))[0]
        return {
            "p50_ms": figures["latency_ms"]["p50"], "min_ms": figures["latency_ms"]["min"],
            "p99_ms": figures["latency_ms"]["p99"], "runs": figures["runs"], "load_ms": figures["load_ms"],
            "first_ms": figures["load_ms"] + figures["first_run_ms"], "peak_rss_bytes": figures["peak_rss_bytes"],
        }
    model, side = models / f"{name}{PEERS[runtime][0]}", NETWORKS[name][1]
    command = [options.python, HERE / "worker.py", runtime, model, f"1x3x{side}x{side}", threads, options.seconds]
    if output:
        command += ["--output", output]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode == 0 and done.stdout:
        return json.loads(done.stdout.splitlines()[-1])
    reason = done.stderr.strip().splitlines()[-1:] or [f"it ended with {done.returncode}"]
    print(f"{runtime} does not run {name} with {threads} threads: {reason[0]}", file=sys.stderr)
    return None


def agreement(options, models, name):
    """Each peer's largest difference from ONNX Runtime, as a share of the largest output; runtimes that fail are left out."""
    import numpy as np

    outputs = {}
    with tempfile.TemporaryDirectory() as folder:
        for peer in options.peers:
            file = Path(folder) / f"{peer}.npy"
            hurried = argparse.Namespace(**{**vars(options), "seconds": 0})
            if measure(hurried, models, peer, name, 1, file) and file.exists():
                outputs[peer] = np.load(file)
        side = NETWORKS[name][1]
        x = np.random.default_rng(1).standard_normal((1, 3, side, side), dtype=np.float32)
        np.save(Path(folder) / "x.npy", x)
        capture([options.edge_run, "run", models / f"{name}.edge", "--input", Path(folder) / "x.npy", "--output-dir",
                 Path(folder) / "ours"])
        outputs[OURS] = np.load(next((Path(folder) / "ours").glob("*.npy"))).reshape(-1)
    wanted = outputs["onnxruntime"]
    return {peer: float(abs(got - wanted).max() / abs(wanted).max()) for peer, got in outputs.items()}


def size(options, peer):
    """Bytes of an installed runtime's shared libraries."""
    script = "import sysconfig; print(sysconfig.get_paths()['platlib'])"
    folder = Path(capture([options.python, "-c", script]).strip())
    libraries = [f for f in folder.glob(f"{PEERS[peer][1]}*/**/*") if ".so" in f.name]
    libraries += [f for f in folder.glob("*.so") if f.name.lower().startswith((f"_{peer}", peer))]
    return sum(file.stat().st_size for file in libraries if not file.is_symlink())


def summary(series, threads, name):
    """Medians by runtime, and ours relative to the fastest peer, round by round."""
    rows = {runtime: rounds for (runtime, network, count), rounds in series.items()
            if network == name and count == threads and rounds}
    figures = {
        runtime: {key: statistics.median(value[key] for value in rounds.values()) for key in next(iter(rounds.values()))}
        for runtime, rounds in rows.items()
    }
    peers = {runtime: row["p50_ms"] for runtime, row in figures.items() if runtime != OURS}
    if not peers:
        raise SystemExit(f"no other runtime ran {name} with {threads} threads")
    best = min(peers, key=peers.get)
    ratios = [rows[best][number]["p50_ms"] / own["p50_ms"] for number, own in rows[OURS].items() if number in rows[best]]
    return {"network": name, "threads": threads, "figures": figures, "fastest_peer": best,
            "speed": statistics.median(ratios), "speeds": ratios}


def table(results, runtimes):
    lines = [f"| network | threads | {' | '.join(runtimes)} | beside the fastest peer |", "| --- " * (len(runtimes) + 3) + "|"]
    for row in results:
        cells = [f"{row['figures'][r]['p50_ms']:.3f}" if r in row["figures"] else "-" for r in runtimes]
        lines.append(f"| {row['network']} | {row['threads']} | {' | '.join(cells)} | {row['speed']:.2f}x |")
    for threads in sorted({row["threads"] for row in results}):
        mean = statistics.geometric_mean(row["speed"] for row in results if row["threads"] == threads)
        lines.append(f"\nGeometric mean, {threads} thread{'s' if threads > 1 else ''}: {mean:.2f}x the fastest peer of each network.")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--edge-run", type=Path, default=ROOT / ".build/release/edge-run")
    parser.add_argument("--work", type=Path, default=ROOT / "build/peers")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    options.work, options.edge_run = options.work.resolve(), options.edge_run.resolve()
    if "onnxruntime" not in options.peers:
        parser.error("onnxruntime must be among the peers: the others' outputs are compared with its")
    options.python = environment(options.work / "run", HERE / "run-requirements.txt")
    if sys.prefix != str(options.work / "run"):
        os.execv(options.python, [str(options.python), *sys.argv])
    models = prepare(options)
    errors = {name: agreement(options, models, name) for name in options.networks}
    for name, error in errors.items():
        for runtime, value in error.items():
            if not value <= 1e-3:
                raise SystemExit(f"{name}: {runtime} differs from ONNX Runtime by {value:.1e} of the largest output")
    series = {}
    for number in range(options.rounds):
        for name in options.networks:
            for threads in options.threads:
                for runtime in [OURS, *(peer for peer in options.peers if peer in errors[name])]:
                    if runtime == "tract" and threads > 1:
                        continue
                    figures = measure(options, models, runtime, name, threads)
                    if figures:
                        series.setdefault((runtime, name, threads), {})[number] = figures
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    results = [summary(series, threads, name) for threads in options.threads for name in options.networks]
    runtimes = [OURS, *options.peers]
    print(f"{processor()}, {datetime.date.today()}, {options.rounds} rounds; milliseconds, medians\n")
    print(table(results, runtimes))
    if options.output:
        versions = capture([options.python, "-m", "pip", "freeze"]).split()
        document = {
            "date": str(datetime.date.today()), "processor": processor(), "command": " ".join(sys.argv),
            "versions": [v for v in versions if v.split("==")[0].lower().replace("_", "-") in
                         {"onnxruntime", "openvino", "ai-edge-litert", "ncnn", "mnn", "tract"}],
            "library_bytes": {OURS: options.edge_run.stat().st_size, **{p: size(options, p) for p in options.peers}},
            "largest_difference": errors, "results": results,
        }
        Path(f"{options.output}.json").write_text(json.dumps(document, indent=1) + "\n")
        Path(f"{options.output}.svg").write_text(svg(results, runtimes))


if __name__ == "__main__":
    main()
