#!/usr/bin/env python3
"""Torch-Pruning's best pruner with the budget, data and target of an edge-run campaign.

    benchmarks/pruning_vs_torch_pruning.py MODEL.onnx --data train.tar --test test.tar [--pruner group-norm] \
        [--latency 0.5] [--edge-run PATH] [--minutes 60] [--validation 5000] [--teacher] [-o pruned.onnx]

Needs torch, torch-pruning, onnx, onnxruntime, numpy and Pillow from PyPI. The network is pruned in small steps until
ONNX Runtime, or with --edge-run that program, measures at most --latency times the unpruned network's latency (one
thread, in alternation), then trained for what is left of --minutes: SGD with Nesterov momentum, one-cycle, crop of 4 and
flip, weight decay 5e-4, as edge-run's campaigns are; with --teacher, with the unpruned network's opinion as well (weight
0.9, temperature 4). Validation pictures (those that the campaign sets aside, seed 1) choose the epoch; test pictures only
report. The last line is JSON.
"""

import argparse
import copy
import io
import json
import statistics
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch_pruning
from onnx import numpy_helper
from PIL import Image
from torch.nn import functional as F
from training_vs_pytorch import MEAN, STD, network_of
from validation_split import validation_split


def pictures(archive):
    """All pictures of a class-per-folder tar as bytes, NCHW, with their classes."""
    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar.getmembers() if m.isfile()), key=lambda m: m.name)
        classes = sorted({m.name.split("/")[-2] for m in members})
        images = [np.asarray(Image.open(io.BytesIO(tar.extractfile(m).read())).convert("RGB")) for m in members]
    labels = torch.tensor([classes.index(m.name.split("/")[-2]) for m in members])
    return torch.from_numpy(np.stack(images).transpose(0, 3, 1, 2).copy()), labels


def normalised(x):
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    return ((x.float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


def augmented(x, generator):
    """A shift by at most 4 pixels over black borders, and a flip, for each picture."""
    padded = F.pad(x, (4, 4, 4, 4))
    result = torch.empty_like(x)
    shifts = torch.randint(0, 9, (len(x), 2), generator=generator)
    flips = torch.rand(len(x), generator=generator) < 0.5
    for i in range(len(x)):
        dy, dx = shifts[i].tolist()
        part = padded[i, :, dy : dy + 32, dx : dx + 32]
        result[i] = part.flip(2) if flips[i] else part
    return result


def with_projections(path, result):
    """Writes the network with 1 x 1 convolutions of stride 2 in place of shortcuts that skip pixels and pad channels.

    Weights are ones and zeros, so that it computes the same. Torch-Pruning cuts such layers; through a shortcut of option A
    it does not see which channels belong together, and leaves a network that does not run.
    """
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    channels = {value.name: value.type.tensor_type.shape.dim[1].dim_value for value in graph.value_info}
    slices = {node.output[0]: node for node in graph.node if node.op_type == "Slice"}
    for pad in [node for node in graph.node if node.op_type == "Pad" and node.input[0] in slices]:
        pixels = slices[pad.input[0]]
        before, after = (int(constants[pad.input[1]][axis]) for axis in (1, 5))
        inputs = channels[pixels.input[0]]
        weights = np.zeros((before + inputs + after, inputs, 1, 1), np.float32)
        weights[before + np.arange(inputs), np.arange(inputs)] = 1
        name = f"{pad.output[0]}.weight"
        graph.initializer.append(numpy_helper.from_array(weights, name))
        projection = onnx.helper.make_node(
            "Conv", [pixels.input[0], name], [pad.output[0]], kernel_shape=[1, 1], strides=[2, 2]
        )
        graph.node.insert(list(graph.node).index(pad), projection)
        graph.node.remove(pad)
        graph.node.remove(pixels)
    onnx.save(model, result)
    return result


def accuracy(model, x, y):
    model.eval()
    with torch.no_grad():
        hits = sum(int((model(normalised(x[i : i + 500])).argmax(1) == y[i : i + 500]).sum()) for i in range(0, len(x), 500))
    return hits / len(x)


def exported(model):
    """The network as the bytes of an .onnx file."""
    buffer = io.BytesIO()
    torch.onnx.export(
        copy.deepcopy(model).eval(), (torch.zeros(1, 3, 32, 32),), buffer, dynamo=False, input_names=["input"],
        output_names=["logits"],
    )  # fmt: skip
    return buffer.getvalue()


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(exported(model), options, providers=["CPUExecutionProvider"])


def edge_run_share(program, model, whole, seconds):
    """The model's latency by the unpruned network's, both as edge-run measures them in alternation."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pruned.onnx")
        file.write_bytes(exported(model))
        command = [program, "bench", whole, file, "--compare", "--threads", "1", "--seconds", str(seconds), "--json"]
        results = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return results[1]["ratio"]["median"]


def latency_share(model, baseline, seconds):
    """Median over pairs of the model's time by the baseline's, in ONNX Runtime."""
    candidate = session(model)
    x = {"input": np.random.default_rng(1).standard_normal((1, 3, 32, 32)).astype(np.float32)}
    shares = []
    end = time.perf_counter() + seconds
    while len(shares) < 30 or time.perf_counter() < end:
        times = []
        for one in (baseline, candidate):
            one.run(None, x)
            begun = time.perf_counter()
            one.run(None, x)
            times.append(time.perf_counter() - begun)
        shares.append(times[1] / times[0])
    return statistics.median(shares)


def pruner_of(name, model, example, steps):
    criteria = {
        "group-norm": (torch_pruning.importance.GroupMagnitudeImportance(), torch_pruning.pruner.GroupNormPruner),
        "taylor": (torch_pruning.importance.GroupTaylorImportance(), torch_pruning.pruner.BasePruner),
        "bn-scale": (torch_pruning.importance.BNScaleImportance(), torch_pruning.pruner.BNScalePruner),
    }
    importance, pruner = criteria[name]
    last = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
    return pruner(
        model, example, importance=importance, pruning_ratio=0.95, iterative_steps=steps, global_pruning=True,
        ignored_layers=last, max_pruning_ratio=0.9,
    )  # fmt: skip


def loss_of(model, teacher, x, y):
    logits = model(x)
    if teacher is None:
        return F.cross_entropy(logits, y)
    with torch.no_grad():
        soft = F.softmax(teacher(x) / 4, 1)
    return 0.1 * F.cross_entropy(logits, y) + 0.9 * 16 * F.kl_div(F.log_softmax(logits / 4, 1), soft, reduction="batchmean")


def train(model, teacher, x, y, vx, vy, seconds, rate, batch=128):
    """One-cycle over as many epochs as fit; returns the epoch's weights that validation likes best, and how many."""
    generator = torch.Generator().manual_seed(1)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0}], lr=rate, momentum=0.9,
        nesterov=True,
    )  # fmt: skip
    model.to(memory_format=torch.channels_last)
    if teacher is not None:
        teacher.eval().to(memory_format=torch.channels_last)

    def steps(schedule, limit=None):
        model.train()
        order = torch.randperm(len(x), generator=generator)
        for number, i in enumerate(range(0, len(x) - batch + 1, batch)):
            chosen = order[i : i + batch]
            loss = loss_of(model, teacher, normalised(augmented(x[chosen], generator)), y[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            if schedule is not None:
                schedule.step()
            if limit is not None and number + 1 >= limit:
                return

    saved = copy.deepcopy((model.state_dict(), optimiser.state_dict()))
    begun = time.perf_counter()
    steps(None, 12)
    per_epoch = (time.perf_counter() - begun) / 12 * (len(x) // batch)
    model.load_state_dict(saved[0])
    optimiser.load_state_dict(saved[1])
    epochs = max(1, int((seconds - 12 * per_epoch / (len(x) // batch)) / (per_epoch * 1.03)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * (len(x) // batch) + 1)
    best = (-1.0, None)
    for epoch in range(epochs):
        steps(schedule)
        reached = accuracy(model, vx, vy)
        print(f"epoch {epoch + 1}/{epochs}: validation {100 * reached:.2f} %", flush=True)
        if reached >= best[0]:
            best = (reached, copy.deepcopy(model.state_dict()))
    model.load_state_dict(best[1])
    return epochs, best[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--data", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--pruner", choices=["group-norm", "taylor", "bn-scale"], default="group-norm")
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--edge-run", metavar="PATH", help="measure with this program until --latency is reached")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--validation", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--teacher", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    begun = time.perf_counter()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    x, y = pictures(options.data)
    held, kept = validation_split(y.tolist(), options.validation, seed=1)
    vx, vy, x, y = x[held], y[held], x[kept], y[kept]
    with tempfile.TemporaryDirectory() as folder:
        whole = network_of(with_projections(options.model, Path(folder, "whole.onnx")))
    before = accuracy(whole, vx, vy)
    teacher = copy.deepcopy(whole) if options.teacher else None
    reference = session(whole)
    model = whole
    example = torch.zeros(1, 3, 32, 32)
    pruner = pruner_of(options.pruner, model, example, 40)
    macs, parameters = torch_pruning.utils.count_ops_and_params(model, example)

    def share_of(seconds=1):
        if options.edge_run:
            return edge_run_share(options.edge_run, model, options.model, seconds)
        return latency_share(model, reference, seconds)

    for _ in range(40):
        if options.pruner == "taylor":
            model.train()
            model.zero_grad()
            F.cross_entropy(model(normalised(x[:512])), y[:512]).backward()
            model.eval()
        pruner.step()
        share = share_of()
        print(f"latency {share:.3f} of the unpruned network's", flush=True)
        if share <= options.latency:
            break
    small_macs, small_parameters = torch_pruning.utils.count_ops_and_params(model, example)
    left = 60 * options.minutes - (time.perf_counter() - begun)
    epochs, reached = train(model, teacher, x, y, vx, vy, left, options.rate)
    tx, ty = pictures(options.test)
    if options.output:
        options.output.write_bytes(exported(model))
    print(
        json.dumps(
            {
                "pruner": options.pruner, "teacher": options.teacher, "latency_share": share_of(5),
                "onnxruntime_latency_share": latency_share(model, reference, 5),
                "parameters_share": small_parameters / parameters, "macs_share": small_macs / macs, "epochs": epochs,
                "validation_top1_before": before, "validation_top1": reached, "test_top1": accuracy(model, tx, ty),
                "minutes": (time.perf_counter() - begun) / 60,
            }  # fmt: skip
        )
    )


if __name__ == "__main__":
    main()
