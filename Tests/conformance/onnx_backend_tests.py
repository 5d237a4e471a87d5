#!/usr/bin/env python3
"""Runs ONNX's own tests of operators and of nine real architectures, through the interpreter and the compiled plan.

The tests come with the `onnx` package: `collect_testcases` builds 1,884 models of (mostly) one node, each with inputs,
expected outputs and tolerances. Run are those

* whose nodes are all in ONNX's own domain and among the operators below, and
* whose inputs and outputs are all plain arrays: tensors of float16, float32, float64, bool or integers of 8 to 64 bits.
  (Not sequences, optional values, text, complex numbers, bfloat16, and floats and integers of 8 bits and less.)

With the operators that the product promises by name (PROMISED) these are 796; with those that belong to them
(COMPANIONS: "comparisons" are of little use without And, Or, Xor, Not; ArgMin beside ArgMax; ...) more. All are run; the
last lines count both.

The nine architectures (AlexNet to VGG-19, in `backend/test/data/light`) have their weights made by ConstantOfShape; their
input is a ramp from 0 to 1, and the expected outputs are files of the package.

Prints every test that is refused or wrong, with the reason. Exit code 1 if one is wrong, if fewer than 750 of the first
kind pass, or if an architecture does not.
"""

import argparse
import concurrent.futures
import json
import os
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case import model as model_cases
from onnx.backend.test.case.node import collect_testcases

from edge_run import EdgeRun, default_binary

PROMISED = set(
    """
    Conv ConvTranspose BatchNormalization Gemm MatMul
    Relu LeakyRelu PRelu Clip Sigmoid HardSigmoid HardSwish Elu Selu Celu Tanh Softplus Softsign Gelu Mish Erf
    ThresholdedRelu Add Sub Mul Div Pow Sqrt Exp Log Abs Neg Min Max Mean Sum Reciprocal Floor Ceil Round Sign
    Equal Greater GreaterOrEqual Less LessOrEqual Where
    MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool
    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare
    ArgMax TopK Flatten Reshape Transpose Concat Split Slice Pad Squeeze Unsqueeze Expand Tile Gather Shape Size Cast
    Constant ConstantOfShape Identity Dropout Range Softmax LogSoftmax LRN InstanceNormalization LayerNormalization
    GroupNormalization Resize Upsample DepthToSpace SpaceToDepth
    QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger DynamicQuantizeLinear
    """.split()
)
COMPANIONS = set("And Or Xor Not ArgMin CastLike Hardmax".split())
PLAIN = {np.dtype(name) for name in "float16 float32 float64 bool int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()}
LEAST_PASSED = 750


def is_plain(value):
    if value.type.WhichOneof("value") != "tensor_type":
        return False
    element = value.type.tensor_type.elem_type
    return element in onnx.helper.get_all_tensor_dtypes() and np.dtype(onnx.helper.tensor_dtype_to_np_dtype(element)) in PLAIN


def operators(model):
    """The model's operators; others' domains are kept in the name, so that they match nothing."""
    return {node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.op_type}" for node in model.graph.node}


class Case:
    """A model with inputs by name, expected outputs and tolerances."""

    def __init__(self, name, model, inputs, outputs, rtol, atol):
        self.name, self.model = name, model
        initialised = {tensor.name for tensor in model.graph.initializer}
        names = [value.name for value in model.graph.input if value.name not in initialised]
        self.inputs = dict(zip(names, inputs))
        self.outputs, self.rtol, self.atol = outputs, rtol, atol
        self.is_promised = operators(model) <= PROMISED


def node_cases():
    cases = []
    for test in collect_testcases(None):
        model = test.model
        if model is None or not operators(model) <= PROMISED | COMPANIONS:
            continue
        if not all(is_plain(value) for value in [*model.graph.input, *model.graph.output]):
            continue
        for inputs, outputs in test.data_sets:
            arrays = [[array(item) for item in items] for items in (inputs, outputs)]
            cases.append(Case(test.name, model, *arrays, test.rtol, test.atol))
    return cases


def array(item):
    return numpy_helper.to_array(item) if isinstance(item, onnx.TensorProto) else np.asarray(item)


def architecture_cases():
    folder = Path(onnx.__file__).parent
    cases = []
    for test in model_cases.collect_testcases():
        if not test.url or "data/light" not in test.url:
            continue
        file = folder.parent / test.url
        model = onnx.load(file)
        initialised = {tensor.name for tensor in model.graph.initializer}
        inputs = [ramp(value) for value in model.graph.input if value.name not in initialised]
        outputs = []
        for number in range(len(model.graph.output)):
            tensor = onnx.TensorProto()
            tensor.ParseFromString(file.with_name(f"{file.stem}_output_{number}.pb").read_bytes())
            outputs.append(numpy_helper.to_array(tensor))
        cases.append(Case(test.name, model, inputs, outputs, test.rtol, test.atol))
    return cases


def ramp(value):
    """The input with which the package's own runner made the expected outputs."""
    shape = [dimension.dim_value or 1 for dimension in value.type.tensor_type.shape.dim]
    count = int(np.prod(shape))
    return (np.arange(count).reshape(shape) / count).astype(np.float32)


def difference(actual, expected, case):
    """What is wrong with the outputs, or an empty text."""
    if len(actual) != len(expected):
        return f"{len(actual)} outputs instead of {len(expected)}"
    for number, (mine, theirs) in enumerate(zip(actual, expected)):
        if mine.dtype != theirs.dtype or mine.shape != theirs.shape:
            return f"output {number} is {mine.dtype} {mine.shape} instead of {theirs.dtype} {theirs.shape}"
        if not np.issubdtype(theirs.dtype, np.floating):
            # Integers may be off by what the test allows, which is mostly nothing.
            mine, theirs = mine.astype(np.float64), theirs.astype(np.float64)
        with np.errstate(all="ignore"):
            close = np.isclose(mine, theirs, rtol=case.rtol, atol=case.atol, equal_nan=True)
        if not close.all():
            where = tuple(int(i) for i in np.argwhere(~close)[0])
            return (
                f"output {number}: {int((~close).sum())} of {close.size} elements differ,"
                f" the first at {list(where)}: {mine[where]} instead of {theirs[where]}"
            )
    return ""


def check(case, edge_run, paths):
    """("passed" | "refused" | "wrong", reason)"""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.onnx"
        onnx.save(case.model, model)
        verdicts = []
        for path in paths:
            outcome = edge_run.run(model, case.inputs, folder, reference=path == "reference")
            if outcome.refused:
                verdicts.append(("refused", f"{path}: {outcome.refused.replace(str(model), 'model.onnx')}"))
                continue
            reason = outcome.failed or difference(outcome.outputs, case.outputs, case)
            verdicts.append(("wrong", f"{path}: {reason}") if reason else ("passed", ""))
    for kind in ("wrong", "refused"):
        reasons = [reason for verdict, reason in verdicts if verdict == kind]
        if reasons:
            return kind, "; ".join(reasons)
    return "passed", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edge-run", default=default_binary(), help="the program (default: the release build's)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="tests at once")
    parser.add_argument("--filter", default="", help="only tests with this text in their name")
    parser.add_argument("--paths", default="reference,compiled", help="ways to run a model (default: both)")
    parser.add_argument("--skip-architectures", action="store_true", help="only the tests of operators")
    parser.add_argument("--skip-nodes", action="store_true", help="only the architectures")
    parser.add_argument("--results", help="a JSON file to write all verdicts to")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    edge_run = EdgeRun(arguments.edge_run)
    paths = arguments.paths.split(",")

    nodes = [] if arguments.skip_nodes else [case for case in node_cases() if arguments.filter in case.name]
    real = [] if arguments.skip_architectures else [case for case in architecture_cases() if arguments.filter in case.name]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        verdicts = list(pool.map(lambda case: check(case, edge_run, paths), nodes + real))
    for case, (kind, reason) in zip(nodes + real, verdicts):
        if kind != "passed":
            print(f"{kind:8} {case.name}: {reason}")
    if arguments.results:
        rows = [
            {"test": case.name, "verdict": kind, "reason": reason} for case, (kind, reason) in zip(nodes + real, verdicts)
        ]
        Path(arguments.results).write_text(json.dumps(rows, indent=1))

    def summary(title, chosen):
        counts = Counter(kind for case, (kind, _) in zip(nodes + real, verdicts) if case in chosen)
        numbers = ", ".join(f"{counts[kind]} {kind}" for kind in ("passed", "wrong", "refused"))
        print(f"{title}: {sum(counts.values())} tests, {numbers}")
        return counts

    promised = [case for case in nodes if case.is_promised]
    counts = summary("operators by name", promised)
    everything = summary("operators with companions", nodes)
    architectures = summary("architectures", real)
    complete = not arguments.filter and not arguments.skip_nodes
    bad = counts["wrong"] + everything["wrong"] + architectures["wrong"] + architectures["refused"]
    sys.exit(1 if bad or (complete and counts["passed"] < LEAST_PASSED) else 0)


if __name__ == "__main__":
    main()
