"""The networks that runtimes are compared on, and the files that each runtime wants of them.

    networks.py FOLDER EDGE_RUN

Runs in an environment of its own, with PyTorch, torchvision and litert-torch. Built-in architectures come from
`edge-run create`, the others from torchvision with seeded weights; what a network computes does not matter here, but
that all runtimes compute the same is checked.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Name: where it comes from, and the side of its pictures.
NETWORKS = {
    "resnet20": ("create", 32),
    "resnet56": ("create", 32),
    "vgg16-bn": ("create", 32),
    "mobilenet-v1": ("create", 224),
    "mobilenet-v2": ("create", 224),
    "mobilenet_v3_small": ("torchvision", 224),
    "efficientnet_b0": ("torchvision", 224),
    "squeezenet1_1": ("torchvision", 224),
    "resnet18": ("create", 224),
}


def fixed(model, side):
    """One picture at a time: some converters know no other batch than a number."""
    for value in [model.graph.input[0], model.graph.output[0]]:
        value.type.tensor_type.shape.dim[0].ClearField("dim_param")
        value.type.tensor_type.shape.dim[0].dim_value = 1
    for axis, extent in enumerate([3, side, side], 1):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = extent
    del model.graph.value_info[:]
    return model


def without_strided_slices(model):
    """Every second pixel by a pool of one pixel: ncnn has no slices with steps."""
    from onnx import helper, numpy_helper

    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Slice" and len(node.input) == 5 and set(constants[node.input[4]].tolist()) == {2}:
            pool = helper.make_node(
                "MaxPool", [node.input[0]], list(node.output), node.name, kernel_shape=[1, 1], strides=[2, 2]
            )
            node.CopyFrom(pool)
    return model


def make(name, folder, edge_run):
    import numpy as np
    import onnx
    import torch

    sys.path += [str(ROOT / "benchmarks"), str(ROOT / "Tests/conformance")]
    from compare_torchvision import network
    from training_vs_pytorch import network_of

    source, side = NETWORKS[name]
    file = folder / f"{name}.onnx"
    example = torch.from_numpy(np.random.default_rng(1).standard_normal((1, 3, side, side), dtype=np.float32))
    if source == "create":
        subprocess.run([edge_run, "create", name, "--seed", "1", "--force", "-o", str(file)], check=True)
        onnx.save(fixed(onnx.load(file), side), file)
        module = network_of(str(file)).eval()
    else:
        module = network(name)
        torch.onnx.export(
            module, (example,), str(file), dynamo=False, opset_version=17, input_names=["input"],
            output_names=["output"],
        )
    onnx.save(without_strided_slices(onnx.load(file)), folder / f"{name}.pools.onnx")
    try:
        import litert_torch

        litert_torch.convert(module, (example,)).export(str(folder / f"{name}.tflite"))
    except Exception as error:  # The table then says that this runtime is missing.
        print(f"{name}: no .tflite: {error}", file=sys.stderr)


def main():
    folder, edge_run = Path(sys.argv[1]), sys.argv[2]
    for name in sys.argv[3:] or NETWORKS:
        print(name, flush=True)
        make(name, folder, edge_run)


if __name__ == "__main__":
    main()
