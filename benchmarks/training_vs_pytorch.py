#!/usr/bin/env python3
"""Training beside PyTorch: pictures a second, memory, and losses.

    benchmarks/training_vs_pytorch.py throughput [NETWORK ...] [--threads 1 2] [--rounds 3] [-o FILE.json]
    benchmarks/training_vs_pytorch.py losses [NETWORK ...] --data train.tar [--steps 20]
    benchmarks/training_vs_pytorch.py epoch [NETWORK ...] --data train.tar --test test.tar [--lr 0.05]

Needs PyTorch, onnx, numpy and Pillow from PyPI. Networks are edge-run's built-in architectures for 32 x 32 pictures
with fresh weights, or its .onnx files. Weights are taken from the file, so both programs train the same network.

throughput: forward, backward and SGD with Nesterov momentum on one batch in memory, one fresh process each, the programs
taking turns round by round. PyTorch runs as NCHW, as channels_last, and as channels_last with bfloat16 autocast. Told are
medians over the rounds, the ratio to PyTorch's best variant of a precision, and each process's peak resident memory.

losses: the first steps on the same pictures in the same order without augmentation, beside PyTorch in float32 and in
float64; exit code 1 where float32's are more than 1e-3 apart. Training amplifies rounding: at a learning rate of 0.01
PyTorch's own float32 is 5e-3 from its float64 after 20 steps, so the rate is small.

epoch: one whole epoch of all pictures in the same order without augmentation, and the accuracy of both on --test.
"""

import argparse
import datetime
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from machine import processor

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = ["resnet20", "resnet56", "vgg16-bn", "mobilenet-v2-cifar"]
VARIANTS = {"nchw": (False, False), "channels_last": (True, False), "bf16": (True, True)}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def network_of(path):
    """A torch module that computes an ONNX file of ours, weights included: layer by layer, as the file says."""
    import onnx
    import torch
    from onnx import numpy_helper
    from torch import nn
    from torch.nn import functional as F

    graph = onnx.load(path).graph
    constants = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleDict()
            for number, node in enumerate(graph.node):
                layer = make(node)
                if layer is not None:
                    self.layers[str(number)] = layer

        def forward(self, x):
            values = {graph.input[0].name: x}
            for number, node in enumerate(graph.node):
                if str(number) in self.layers:
                    values[node.output[0]] = self.layers[str(number)](values[node.input[0]])
                else:
                    values[node.output[0]] = apply(node, values)
            return values[graph.output[0].name]

    def attributes(node):
        return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def make(node):
        given = attributes(node)
        if node.op_type == "Conv":
            weight = constants[node.input[1]]
            pads = given.get("pads", [0, 0, 0, 0])
            assert pads[:2] == pads[2:], "asymmetric pads"
            group = given.get("group", 1)
            layer = nn.Conv2d(
                weight.shape[1] * group, weight.shape[0], tuple(weight.shape[2:]), tuple(given.get("strides", [1, 1])),
                tuple(pads[:2]), tuple(given.get("dilations", [1, 1])), group, bias=len(node.input) > 2,
            )
            layer.weight.data = weight
            if len(node.input) > 2:
                layer.bias.data = constants[node.input[2]]
            return layer
        if node.op_type == "BatchNormalization":
            scale, bias, mean, variance = (constants[name] for name in node.input[1:5])
            layer = nn.BatchNorm2d(len(scale), eps=given.get("epsilon", 1e-5))
            layer.weight.data, layer.bias.data, layer.running_mean, layer.running_var = scale, bias, mean, variance
            return layer
        if node.op_type == "Gemm":
            weight = constants[node.input[1]]
            weight = weight if given.get("transB", 0) else weight.t().contiguous()
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight.data = weight
            layer.bias.data = constants[node.input[2]]
            return layer
        if node.op_type == "Relu":
            return nn.ReLU()
        if node.op_type == "Clip":
            return nn.Hardtanh(float(constants[node.input[1]]), float(constants[node.input[2]]))
        if node.op_type == "MaxPool":
            return nn.MaxPool2d(given["kernel_shape"], given.get("strides"), given.get("pads", [0, 0])[:2])
        if node.op_type == "AveragePool":
            return nn.AvgPool2d(given["kernel_shape"], given.get("strides"), given.get("pads", [0, 0])[:2])
        return None

    def apply(node, values):
        given = attributes(node)
        get = lambda name: values[name] if name in values else constants[name]
        x = get(node.input[0])
        if node.op_type == "Add":
            return x + get(node.input[1])
        if node.op_type == "GlobalAveragePool":
            return F.adaptive_avg_pool2d(x, 1)
        if node.op_type == "Flatten":
            return torch.flatten(x, given.get("axis", 1))
        if node.op_type == "Reshape":
            shape = constants[node.input[1]].tolist()
            return x.reshape([x.shape[i] if extent == 0 else extent for i, extent in enumerate(shape)])
        if node.op_type == "Concat":
            return torch.cat([get(name) for name in node.input], given["axis"])
        if node.op_type == "Slice":
            starts, ends, axes, steps = (constants[name].tolist() for name in node.input[1:5])
            index = [slice(None)] * x.dim()
            for start, end, axis, step in zip(starts, ends, axes, steps):
                index[axis] = slice(start, min(end, x.shape[axis]), step)
            return x[tuple(index)]
        if node.op_type == "Pad":
            pads = constants[node.input[1]].tolist()
            half = len(pads) // 2
            return F.pad(x, [p for axis in reversed(range(half)) for p in (pads[axis], pads[axis + half])])
        raise SystemExit(f"PyTorch's side does not know {node.op_type}")

    return Network()


def prepared(network, channels_last, batch, rate=0.01):
    import torch

    model = network_of(network).train()
    x = torch.randn(batch, 3, 32, 32)
    y = torch.randint(0, 10, (batch,))
    if channels_last:
        model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0}]
    optimiser = torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
    return model, optimiser, x, y


def step(model, optimiser, x, y, bf16):
    import torch
    from torch.nn import functional as F

    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        loss = F.cross_entropy(model(x).float() if bf16 else model(x), y)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.item()


def peer(options):
    """One process of PyTorch's: prints pictures a second and peak memory."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(options.threads[0])
    channels_last, bf16 = VARIANTS[options.variant]
    model, optimiser, x, y = prepared(options.networks[0], channels_last, options.batch)
    for _ in range(2):
        step(model, optimiser, x, y, bf16)
    times = []
    end = time.perf_counter() + options.seconds
    while len(times) < 3 or time.perf_counter() < end:
        begun = time.perf_counter()
        step(model, optimiser, x, y, bf16)
        times.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"images_per_second": options.batch / statistics.median(times), "peak_rss_bytes": peak}))


def theirs(network, variant, threads, options):
    command = [
        sys.executable, __file__, "peer", str(network), "--variant", variant, "--threads", str(threads),
        "--seconds", str(options.seconds), "--batch", str(options.batch),
    ]  # fmt: skip
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def ours(network, threads, options):
    command = [
        str(options.edge_run), "bench", str(network), "--train", "--batch", str(options.batch), "--threads", str(threads),
        "--seconds", str(options.seconds), "--json",
    ]  # fmt: skip
    row = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)[0]
    return {
        "images_per_second": options.batch / row["latency_ms"]["p50"] * 1e3, "peak_rss_bytes": row["peak_rss_bytes"]
    }  # fmt: skip


def export(name, folder, options):
    """The file of a built-in architecture with fresh weights; a file as it is."""
    if Path(name).is_file():
        return Path(name)
    path = Path(folder) / f"{name}.onnx"
    subprocess.run([str(options.edge_run), "create", name, "--seed", "1", "-o", str(path)], check=True, stdout=subprocess.DEVNULL)
    return path


def throughput(options):
    import torch

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks or NETWORKS:
            network = export(name, folder, options)
            for threads in options.threads:
                rounds = []
                for _ in range(options.rounds):
                    figures = {variant: theirs(network, variant, threads, options) for variant in options.variants}
                    figures["edge-run"] = ours(network, threads, options)
                    rounds.append(figures)
                rate = {
                    key: statistics.median(figures[key]["images_per_second"] for figures in rounds) for key in rounds[0]
                }
                memory = {key: max(figures[key]["peak_rss_bytes"] for figures in rounds) for key in rounds[0]}

                def ratio(variants):
                    return statistics.median(
                        figures["edge-run"]["images_per_second"]
                        / max(figures[variant]["images_per_second"] for variant in variants)
                        for figures in rounds
                    )

                single = [variant for variant in options.variants if variant != "bf16"]
                rows.append(
                    {
                        "network": name, "threads": threads, "images_per_second": rate, "peak_rss_bytes": memory,
                        "ratio_fp32": ratio(single), "ratio_any": ratio(options.variants),
                    }  # fmt: skip
                )
                print(f"{name}, {threads} thread(s): " + ", ".join(f"{k} {v:.0f}" for k, v in rate.items())
                      + f"; ratio {rows[-1]['ratio_fp32']:.2f} to fp32, {rows[-1]['ratio_any']:.2f} to any; memory "
                      + f"{memory['edge-run'] / 1e6:.0f} MB beside {min(memory[v] for v in options.variants) / 1e6:.0f}",
                      flush=True)  # fmt: skip
    for key in ("ratio_fp32", "ratio_any"):
        print(f"geometric mean of {key}: {statistics.geometric_mean(row[key] for row in rows):.3f}")
    if options.output:
        options.output.write_text(
            json.dumps(
                {"date": str(datetime.date.today()), "processor": processor(), "torch": torch.__version__, "rows": rows},
                indent=1,
            )
            + "\n"
        )


def pictures(archive, count, folder):
    """Random pictures of a class-per-folder tar (seed 1; None: all), as PyTorch takes them, and as a folder with an index.csv."""
    import numpy as np
    from PIL import Image

    with tarfile.open(archive) as tar:
        members = sorted(member.name for member in tar.getmembers() if member.isfile())
        classes = sorted({name.split("/")[-2] for name in members})
        chosen = [members[i] for i in np.random.default_rng(1).permutation(len(members))[:count]]
        contents = [tar.extractfile(name).read() for name in chosen]
    labels = [classes.index(name.split("/")[-2]) for name in chosen]
    for number, content in enumerate(contents):
        (folder / f"{number}.jpg").write_bytes(content)
    rows = [f"{number}.jpg,{label}" for number, label in enumerate(labels)]
    (folder / "index.csv").write_text("\n".join(["file,class_index", *rows]) + "\n")
    images = [np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=np.float32) for content in contents]
    x = (np.stack(images) / 255 - np.array(MEAN, dtype=np.float32)) / np.array(STD, dtype=np.float32)
    return x.transpose(0, 3, 1, 2).copy(), labels


def trained(network, data, folder, options, *more):
    """Trains a network by edge-run for an epoch in the data's order; its JSON lines."""
    command = [
        str(options.edge_run), "train", str(network), "--data", str(data), "--validation", "none", "--augment", "none",
        "--no-shuffle", "--epochs", "1", "--batch", str(options.batch), "--lr", str(options.lr), "--schedule", "constant",
        "--optimizer", "sgd", "--json", "--force", "-o", str(Path(folder) / "trained.onnx"), "--preprocess", "cifar10",
        *more,
    ]  # fmt: skip
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def epoch(options):
    import torch

    with tempfile.TemporaryDirectory() as folder:
        data, test = Path(folder) / "learning", Path(folder) / "test"
        data.mkdir()
        test.mkdir()
        x, y = (torch.as_tensor(part) for part in pictures(options.data, None, data))
        tx, ty = (torch.as_tensor(part) for part in pictures(options.test, None, test))
        for name in options.networks or NETWORKS[:1]:
            network = export(name, folder, options)
            own = trained(network, data, folder, options, "--test", str(test))[-1]["test_top1"]
            model, optimiser, _, _ = prepared(network, True, 2, options.lr)
            for i in range(0, len(x) - options.batch + 1, options.batch):
                batch = x[i : i + options.batch].contiguous(memory_format=torch.channels_last)
                step(model, optimiser, batch, y[i : i + options.batch], False)
            model.eval()
            with torch.no_grad():
                hits = sum(
                    int((model(tx[i : i + 500]).argmax(1) == ty[i : i + 500]).sum()) for i in range(0, len(tx), 500)
                )
            print(f"{name}, one epoch at {options.lr}: edge-run {100 * own:.1f} %, PyTorch {100 * hits / len(tx):.1f} %",
                  flush=True)  # fmt: skip


def losses(options):
    import torch

    count = options.steps * options.batch
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "pictures"
        data.mkdir()
        x, y = pictures(options.data, count, data)
        x, y = torch.from_numpy(x), torch.tensor(y)

        def peer_losses(network, kind):
            model, optimiser, _, _ = prepared(network, False, 2, options.lr)
            model.to(kind)
            return [
                step(model, optimiser, x[i : i + options.batch].to(kind), y[i : i + options.batch], False)
                for i in range(0, count, options.batch)
            ]

        def apart(one, other):
            return max(abs(a - b) / abs(b) for a, b in zip(one, other))

        for name in options.networks or NETWORKS:
            network = export(name, folder, options)
            own = [line["loss"] for line in trained(network, data, folder, options, "--log-steps") if "step" in line]
            single, double = peer_losses(network, torch.float32), peer_losses(network, torch.float64)
            worst = max(worst, apart(own, single))
            print(f"{name}: {len(own)} steps, losses {double[0]:.4f} to {double[-1]:.4f}; largest relative differences: to "
                  f"PyTorch's float32 {apart(own, single):.1e}; to its float64 edge-run {apart(own, double):.1e}, its "
                  f"float32 {apart(single, double):.1e}", flush=True)  # fmt: skip
            if options.verbose:
                for values in zip(own, single, double):
                    print("  " + " ".join(f"{value:.6f}" for value in values))
    sys.exit(0 if worst <= 1e-3 else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["throughput", "losses", "epoch", "peer"])
    parser.add_argument("networks", nargs="*")
    parser.add_argument("--edge-run", type=Path, default=ROOT / ".build/release/edge-run")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--variant", choices=list(VARIANTS))
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    {"throughput": throughput, "losses": losses, "epoch": epoch, "peer": peer}[options.mode](options)


if __name__ == "__main__":
    main()
