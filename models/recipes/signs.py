#!/usr/bin/env python3
"""Trains models/signs.onnx: road signs of sixteen kinds, 64 x 64 pixels.

    python models/recipes/signs.py --edge-run .build/release/edge-run -o models/signs.onnx

Needs PyTorch, onnx, onnxruntime, numpy and Pillow from PyPI. The pictures are drawn by
`edge-run dataset signs` with one seed each for training, validation and test. The best epoch is the one with the
highest accuracy on the validation pictures; the test pictures are looked at once, at the end, with ONNX Runtime.
"""

import argparse
import hashlib
import pathlib
import subprocess
import time

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

SIZE = 64
MEAN, STD = 0.5, 0.25
PREPROCESSING = f"""resize = short-side {SIZE}
interpolation = bilinear
crop = {SIZE}x{SIZE}
channels = rgb
divide-by = 255
mean = {MEAN} {MEAN} {MEAN}
std = {STD} {STD} {STD}
"""
# Name, seed and number of pictures of each part.
PARTS = [("train", 1, 16_000), ("validation", 2, 3_200), ("test", 3, 3_200)]


def convolution(inputs, outputs, kernel=3, stride=1, groups=1):
    """A convolution followed by batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)
    )


class Basic(nn.Module):
    """ResNet's basic block: two plain 3 x 3 convolutions, projected shortcut where the shape changes."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.first = convolution(inputs, outputs, stride=stride)
        self.second = convolution(outputs, outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = convolution(inputs, outputs, kernel=1, stride=stride)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class Inverted(nn.Module):
    """MobileNetV2's inverted residual: expand, depthwise, project; a shortcut where the shape stays."""

    def __init__(self, inputs, outputs, expansion, stride=1):
        super().__init__()
        middle = inputs * expansion
        self.expand = convolution(inputs, middle, kernel=1)
        self.depthwise = convolution(middle, middle, stride=stride, groups=middle)
        self.project = convolution(middle, outputs, kernel=1)
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.project(F.relu(self.depthwise(F.relu(self.expand(x)))))
        return x + y if self.has_shortcut else y


class SignNet(nn.Module):
    """Plain blocks where pictures are large and channels few, inverted residuals further down."""

    def __init__(self, classes):
        super().__init__()
        self.stem = convolution(3, 16, stride=2)
        self.blocks = nn.Sequential(
            Basic(16, 16),
            Basic(16, 32, stride=2),
            Inverted(32, 32, 3),
            Inverted(32, 48, 4, stride=2),
            Basic(48, 48),
            Inverted(48, 80, 4, stride=2),
            Inverted(80, 80, 3),
        )
        self.head = convolution(80, 128, kernel=1)
        self.classifier = nn.Linear(128, classes)

    def forward(self, x):
        x = F.relu(self.head(self.blocks(F.relu(self.stem(x)))))
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def load(folder):
    """All pictures of a folder of class folders as bytes (N, 3, H, W), their classes, and the classes' names."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    pictures, labels = [], []
    for label, name in enumerate(names):
        for path in sorted((folder / name).glob("*.jpg")):
            with Image.open(path) as image:
                pictures.append(np.asarray(image.convert("RGB")))
            labels.append(label)
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels), names


def normalised(pictures):
    return ((pictures.float() / 255 - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def augmented(pictures):
    """Shifts, brightness, contrast and erased patches. Never mirrored: left and right are different signs."""
    x = normalised(pictures)
    n = x.shape[0]
    padded = F.pad(x, (5, 5, 5, 5), mode="replicate")
    offsets = torch.randint(0, 11, (n, 2))
    x = torch.stack([padded[i, :, dy : dy + SIZE, dx : dx + SIZE] for i, (dy, dx) in enumerate(offsets.tolist())])
    x = x * torch.empty(n, 1, 1, 1).uniform_(0.75, 1.3) + torch.empty(n, 1, 1, 1).uniform_(-0.4, 0.4)
    x = x + torch.empty(n, 3, 1, 1).uniform_(-0.12, 0.12)
    x = x.contiguous(memory_format=torch.channels_last)
    for i in torch.nonzero(torch.rand(n) < 0.25).flatten().tolist():
        height, width = torch.randint(4, 20, (2,)).tolist()
        top, left = torch.randint(0, SIZE - 20, (2,)).tolist()
        x[i, :, top : top + height, left : left + width] = torch.randn(3, 1, 1)
    return x


@torch.no_grad()
def accuracy(model, pictures, labels):
    model.eval()
    right = 0
    for begin in range(0, len(labels), 256):
        output = model(normalised(pictures[begin : begin + 256]))
        right += (output.argmax(1) == labels[begin : begin + 256]).sum().item()
    return right / len(labels)


def train(model, parts, epochs, batch, rate):
    pictures, labels, _ = parts["train"]
    steps = (len(labels) + batch - 1) // batch
    # Biases and normalisation are not decayed.
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0}])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * steps, pct_start=0.2)
    best, state = 0.0, None
    for epoch in range(epochs):
        model.train()
        begun, total = time.time(), 0.0
        for indices in torch.randperm(len(labels)).split(batch):
            loss = F.cross_entropy(model(augmented(pictures[indices])), labels[indices], label_smoothing=0.05)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(indices)
        reached = accuracy(model, *parts["validation"][:2])
        seconds = time.time() - begun
        print(f"epoch {epoch + 1:2}: loss {total / len(labels):.4f}, validation {reached:.4f}, {seconds:.0f} s", flush=True)
        if reached >= best:
            best, state = reached, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(state)
    return best


class Graph:
    """Collects ONNX nodes and their weights under the module's own names."""

    def __init__(self, model):
        self.nodes, self.weights = [], []
        self.names = {module: name for name, module in model.named_modules()}

    def add(self, operator, inputs, name, **attributes):
        self.nodes.append(onnx.helper.make_node(operator, inputs, [f"{name}.out"], name=name, **attributes))
        return f"{name}.out"

    def tensors(self, module, *names):
        full = [f"{self.names[module]}.{name}" for name in names]
        for name, tensor in zip(full, names):
            array = getattr(module, tensor).detach().contiguous().numpy()
            self.weights.append(onnx.numpy_helper.from_array(array, name))
        return full

    def convolution(self, pair, x, relu=True):
        """Convolution and normalisation as two nodes, so that the file can be pruned and trained further."""
        conv, norm = pair
        x = self.add(
            "Conv",
            [x, *self.tensors(conv, "weight")],
            self.names[conv],
            kernel_shape=list(conv.kernel_size),
            strides=list(conv.stride),
            pads=[*conv.padding, *conv.padding],
            group=conv.groups,
        )
        x = self.add(
            "BatchNormalization",
            [x, *self.tensors(norm, "weight", "bias", "running_mean", "running_var")],
            self.names[norm],
            epsilon=norm.eps,
        )
        return self.add("Relu", [x], f"{self.names[pair]}.relu") if relu else x

    def block(self, block, x):
        name = self.names[block]
        if isinstance(block, Basic):
            y = self.convolution(block.second, self.convolution(block.first, x), relu=False)
            if not isinstance(block.shortcut, nn.Identity):
                x = self.convolution(block.shortcut, x, relu=False)
            return self.add("Relu", [self.add("Add", [y, x], f"{name}.add")], f"{name}.relu")
        y = self.convolution(block.depthwise, self.convolution(block.expand, x))
        y = self.convolution(block.project, y, relu=False)
        return self.add("Add", [y, x], f"{name}.add") if block.has_shortcut else y


def export(model, names, path):
    """Writes ONNX: dynamic batch, normalisation as nodes of its own, labels and preprocessing in the metadata."""
    model.eval()
    graph = Graph(model)
    x = graph.convolution(model.stem, "input")
    for block in model.blocks:
        x = graph.block(block, x)
    x = graph.convolution(model.head, x)
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x], "pool")], "flatten")
    graph.add("Gemm", [x, *graph.tensors(model.classifier, "weight", "bias")], "classifier", transB=1)
    graph.nodes[-1].output[0] = "logits"

    value = onnx.helper.make_tensor_value_info
    proto = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            "signs",
            [value("input", onnx.TensorProto.FLOAT, ["batch", 3, SIZE, SIZE])],
            [value("logits", onnx.TensorProto.FLOAT, ["batch", len(names)])],
            graph.weights,
        ),
        opset_imports=[onnx.helper.make_opsetid("", 18)],
        ir_version=9,
        producer_name="edge-run models/recipes/signs.py",
    )
    onnx.helper.set_model_props(proto, {"labels": "\n".join(names), "preprocessing": PREPROCESSING})
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)

    # The file means what was trained.
    probe = torch.randn(3, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        wanted = model(probe).numpy()
    difference = np.abs(session.run(None, {"input": probe.numpy()})[0] - wanted).max()
    assert difference <= 1e-4 * np.abs(wanted).max(), f"ONNX Runtime differs from PyTorch by {difference}"


def evaluate(path, pictures, labels):
    """Accuracy in ONNX Runtime, and the confusions."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs = [
        session.run(None, {"input": normalised(pictures[begin : begin + 100]).contiguous().numpy()})[0]
        for begin in range(0, len(labels), 100)
    ]
    return np.concatenate(outputs).argmax(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edge-run", help="the program that draws the pictures")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("build/signs"), help="where pictures lie")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("models/signs.onnx"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    parts = {}
    for name, seed, count in PARTS:
        folder = options.data / name
        if options.edge_run:
            command = [options.edge_run, "dataset", "signs", folder, "--images", count, "--seed", seed]
            subprocess.run([str(word) for word in command], check=True)
        parts[name] = load(folder)
        print(f"{name}: {len(parts[name][1])} pictures", flush=True)
    names = parts["train"][2]
    assert all(part[2] == names for part in parts.values()), "the parts have different classes"

    # Channels last is the faster layout for depthwise convolutions on processors.
    model = SignNet(len(names)).to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    best = train(model, parts, options.epochs, options.batch, options.rate)
    export(model, names, options.output)

    pictures, labels, _ = parts["test"]
    predicted = evaluate(options.output, pictures, labels)
    right = (predicted == labels.numpy()).mean()
    for wanted, name in enumerate(names):
        of_class = predicted[labels.numpy() == wanted]
        wrong = [names[i] for i in of_class if i != wanted]
        confusions = ", ".join(f"{n} {wrong.count(n)}" for n in sorted(set(wrong), key=wrong.count, reverse=True)[:3])
        print(f"{name:20} {1 - len(wrong) / len(of_class):.3f}  {confusions}")
    print(f"validation {best:.4f}, test {right:.4f} (ONNX Runtime)")
    data = options.output.read_bytes()
    print(f"{options.output}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
