#!/usr/bin/env python3
"""Compares outputs with ONNX Runtime's on every model in ../shared/models.

Inputs are seeded noise. Float models: the largest difference may be 1e-4 of the largest output. QDQ models: sums in another
order may fall on the other side of a rounding, which moves a value by a whole step and, layer by layer, many values after
it; how far is measured on ONNX Runtime itself, whose fused integer kernels are compared with its plain ones. The
difference may be twice that, or three steps of the output's scale where that is more, and the class must be the same
wherever it is further ahead than that.

Prints a line for each model and path; exit code 1 if one differs more. Without the shared models nothing is compared,
and a line says so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from edge_run import EdgeRun, default_binary, shared_folder

TOLERANCE = 1e-4
# Steps of the output's scale by which a QDQ model may always differ.
STEPS = 3


def feeds(model, seed, batch=1):
    """Seeded noise of about the size of normalised pictures, by input name."""
    generator = np.random.default_rng(seed)
    initialised = {tensor.name for tensor in model.graph.initializer}
    result = {}
    for value in model.graph.input:
        if value.name in initialised:
            continue
        shape = [dimension.dim_value or batch for dimension in value.type.tensor_type.shape.dim]
        result[value.name] = generator.standard_normal(shape, dtype=np.float32)
    return result


def expected(model, inputs, fused=False):
    """ONNX Runtime's outputs; nodes as they are, unless it may fuse them."""
    levels = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if fused else levels.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, inputs)


def output_step(model):
    """The scale of the DequantizeLinear that the first output comes from, or None."""
    producers = {name: node for node in model.graph.node for name in node.output}
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    name = model.graph.output[0].name
    while name in producers:
        node = producers[name]
        if node.op_type == "DequantizeLinear":
            return float(numpy_helper.to_array(constants[node.input[1]]).max()) if node.input[1] in constants else None
        if node.op_type not in ("Identity", "Flatten", "Reshape", "Squeeze"):
            return None
        name = node.input[0]
    return None


def compare(actual, wanted, step, steps):
    """(is it good, a text)"""
    if [(a.shape, a.dtype) for a in actual] != [(w.shape, w.dtype) for w in wanted]:
        return False, "other shapes or types"
    largest = max(float(np.abs(w).max()) for w in wanted)
    apart = distance(actual, wanted)
    if not np.isfinite(apart) or largest == 0:
        return False, "degenerate outputs"
    if step is None:
        return apart <= TOLERANCE * largest, f"largest difference {apart / largest:.1e} of the largest output"
    a, w = actual[0].reshape(-1), wanted[0].reshape(-1)
    lead = float(np.partition(w, -2)[-1] - np.partition(w, -2)[-2])
    same = int(a.argmax()) == int(w.argmax()) or lead <= 2 * steps * step
    good = apart <= (steps + 0.01) * step and same
    return good, f"largest difference {apart / step:.0f} steps of at most {steps:.0f}"


def distance(some, others):
    return max(float(np.abs(a.astype(np.float64) - b).max()) for a, b in zip(some, others))


def check(name, model, inputs, edge_run, paths, folder):
    """Compares all paths, prints, and returns whether all are good."""
    file = Path(folder) / "model.onnx"
    onnx.save(model, file)
    wanted, step, steps, good = expected(model, inputs), output_step(model), 0, True
    if step is not None:
        steps = max(STEPS, 2 * distance(expected(model, inputs, fused=True), wanted) / step)
    for path in paths:
        outcome = edge_run.run(file, inputs, folder, reference=path == "reference")
        problem = outcome.refused or outcome.failed
        is_good, text = (False, problem) if problem else compare(outcome.outputs, wanted, step, steps)
        good &= is_good
        print(f"{'ok' if is_good else 'WRONG':6} {name} {path}: {text}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edge-run", default=default_binary(), help="the program (default: the release build's)")
    parser.add_argument("--paths", default="compiled,reference", help="ways to run a model (default: both)")
    parser.add_argument("--filter", default="", help="only models with this text in their name")
    parser.add_argument("models", nargs="*", type=Path, help="model files (default: those in ../shared/models)")
    arguments = parser.parse_args()
    shared = shared_folder()
    if not arguments.models and shared is None:
        print("skipped: ../shared/models is not there")
        return
    models = arguments.models or sorted((shared / "models").glob("*.onnx"))
    edge_run = EdgeRun(arguments.edge_run)
    paths = arguments.paths.split(",")
    results = []
    for file in models:
        if arguments.filter not in file.name:
            continue
        model = onnx.load(file)
        for seed in (1, 2):
            inputs = feeds(model, seed)
            with tempfile.TemporaryDirectory() as folder:
                name = f"{file.stem} (noise {seed})"
                results.append(check(name, model, inputs, edge_run, paths, folder))
    print(f"{sum(results)} of {len(results)} comparisons with ONNX Runtime {onnxruntime.__version__} are good")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
