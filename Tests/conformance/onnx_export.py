#!/usr/bin/env python3
"""Checks the ONNX files that `edge-run convert` writes.

Every model of ONNX's own operator tests that `onnx_backend_tests.py` selects, and every model in ../shared/models where
that is there, is read and written again. The file has to pass `onnx.checker` with types and shapes inferred, and ONNX
Runtime has to give the outputs that it gives for the original (or, where it does not run the original, the expected ones;
where it runs neither, the check of the file is all). Where the original does not pass the checker itself, its file is only
run.

Prints what is refused or wrong; exit code 1 if anything is wrong.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from compare_onnxruntime import feeds
from edge_run import REFUSED, default_binary, shared_folder
from onnx_backend_tests import Case, difference, node_cases


def passes_checker(model):
    """An empty text, or what is wrong."""
    try:
        onnx.checker.check_model(model, full_check=True)
        return ""
    except Exception as error:  # the checker and shape inference throw several kinds
        return " ".join(str(error).split())[:300]


def run(model, inputs):
    """ONNX Runtime's outputs, or None where it does not run the model."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        names = {value.name for value in session.get_inputs()}
        outputs = session.run(None, {name: array for name, array in inputs.items() if name in names})
        return [np.asarray(output) for output in outputs]
    except Exception:  # unknown operators, types and opsets all end here
        return None


def check(case, binary):
    with tempfile.TemporaryDirectory() as folder:
        original, converted = Path(folder) / "original.onnx", Path(folder) / "converted.onnx"
        onnx.save(case.model, original)
        command = [str(binary), "convert", str(original), "-o", str(converted), "--quiet"]
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
        errors = done.stderr.decode(errors="replace").strip().replace(str(original), "original.onnx")
        if done.returncode == REFUSED:
            return "refused", errors
        if done.returncode != 0:
            return "wrong", f"exit {done.returncode}: {errors}"
        model = onnx.load(converted)
    problem = passes_checker(model)
    if problem and not passes_checker(case.model):
        return "wrong", problem
    before, after = run(case.model, case.inputs), run(model, case.inputs)
    if after is None:
        return ("wrong", "ONNX Runtime runs the original only") if before is not None else ("checked", "")
    problem = difference(after, case.outputs if before is None else before, case)
    return ("wrong", problem) if problem else ("equal", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edge-run", default=default_binary(), help="the program (default: the release build's)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="models at once")
    parser.add_argument("--filter", default="", help="only models with this text in their name")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")

    cases = node_cases()
    shared = shared_folder()
    for file in sorted((shared / "models").glob("*.onnx")) if shared else []:
        model = onnx.load(file)
        inputs = feeds(model, seed=1)
        cases.append(Case(file.stem, model, list(inputs.values()), [], rtol=1e-6, atol=1e-6))
    cases = [case for case in cases if arguments.filter in case.name]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        verdicts = list(pool.map(lambda case: check(case, arguments.edge_run), cases))
    for case, (kind, reason) in zip(cases, verdicts):
        if reason:
            print(f"{kind:8} {case.name}: {reason}")
    counts = Counter(kind for kind, _ in verdicts)
    print(
        f"{len(cases)} models: {counts['equal']} give equal outputs, {counts['checked']} only pass the checker,"
        f" {counts['wrong']} wrong, {counts['refused']} refused"
    )
    sys.exit(1 if counts["wrong"] else 0)


if __name__ == "__main__":
    main()
