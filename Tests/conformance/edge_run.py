"""Runs `edge-run run` for the conformance tests, as docs describe it: arrays in, arrays out."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
# The exit code with which a model is refused.
REFUSED = 65


def shared_folder():
    """Data and models beside this repository, or None."""
    folder = Path(os.environ.get("EDGE_RUN_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "models").is_dir() else None


def default_binary():
    return Path(os.environ.get("EDGE_RUN", ROOT / ".build/release/edge-run"))


@dataclass
class Outcome:
    """What became of one run: outputs, or the reason for which the model was refused, or a failure."""

    outputs: list = field(default_factory=list)
    refused: str = ""
    failed: str = ""


class EdgeRun:
    def __init__(self, binary, timeout=600):
        self.binary = Path(binary)
        self.timeout = timeout
        if not self.binary.is_file():
            sys.exit(f"{self.binary} is not there: swift build -c release")

    def run(self, model, inputs, folder, reference=False, options=()):
        """Runs a model file.

        inputs: arrays by name. folder: an existing one for the files of this run. reference: the interpreter instead of
        the compiled plan.
        """
        folder = Path(folder)
        results = folder / ("reference" if reference else "compiled")
        command = [str(self.binary), "run", str(model), "--json", "--quiet", "--force", "--output-dir", str(results)]
        for number, (name, array) in enumerate(inputs.items()):
            file = folder / f"input_{number}.npy"
            np.save(file, np.asarray(array, order="C"))
            command += ["--input", f"{name}={file}"]
        command += ["--reference"] if reference else []
        command += list(options)
        try:
            done = subprocess.run(command, capture_output=True, timeout=self.timeout, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return Outcome(failed=f"no result after {self.timeout} s")
        errors = done.stderr.decode(errors="replace").strip()
        last = errors.splitlines()[-1] if errors else "no message"
        if done.returncode == REFUSED:
            return Outcome(refused=last)
        if done.returncode != 0:
            return Outcome(failed=f"exit {done.returncode}: {last}")
        try:
            entries = json.loads(done.stdout)["outputs"]
            return Outcome(outputs=[self.output(entry, results) for entry in entries])
        except (ValueError, KeyError, OSError) as error:
            return Outcome(failed=f"unreadable result: {error}")

    @staticmethod
    def output(entry, folder):
        file = Path(entry["file"])
        array = np.load(file if file.is_file() else folder / file.name)
        if list(array.shape) != list(entry["shape"]) or str(array.dtype) != entry["type"]:
            raise ValueError(f"'{entry['name']}' is said to be {entry['type']} {entry['shape']}, its file says otherwise")
        return array
