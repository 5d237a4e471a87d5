#!/usr/bin/env python3
"""The board's program on an emulated processor: the same pictures get the same labels and scores as on this machine.

Models are compiled for this machine and for ARM; edge-node runs the one plan here and the other under
qemu-aarch64-static, and both are compared with each other and with edge-run on the ONNX file. Also: exit codes on bad
input, standard input, a camera's stream; edge-run measuring through `edge-node serve`. Prints a line for each check; exit code 1 if one fails.

    python Tests/conformance/board_program.py      # after make build and make node-aarch64
"""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from edge_run import ROOT, default_binary, shared_folder

EDGE_RUN = default_binary()
NATIVE = [EDGE_RUN.parent / "edge-node"]
EMULATOR = "qemu-aarch64-static"
BOARD = ROOT / "build/edge-node-aarch64"
# Sums are rounded in another order by another instruction set.
SCORE_TOLERANCE = 1e-4
# One picture a class.
SIGN_PICTURES = 16
PHOTOGRAPHS = 6


def emulated(processor="max"):
    return [EMULATOR, "-cpu", processor, BOARD]


def start(command, stdin=None):
    command = [str(word) for word in command]
    return subprocess.run(command, input=b"" if stdin is None else stdin, capture_output=True, timeout=600)


def classify(program, model, pictures, *options, stdin=None):
    """Exit code and the JSON objects that were printed."""
    done = start([*program, "classify", model, *pictures, "--json", "--quiet", *options], stdin)
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]


class Report:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def check(self, name, complaint):
        """complaint: what is wrong, or nothing."""
        if complaint:
            self.failed += 1
            print(f"FAILED   {name}: {complaint}", flush=True)
        else:
            self.passed += 1
            print(f"passed   {name}", flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skipped  {name}: {reason}", flush=True)

    def expect_code(self, name, command, code, stdin=None):
        done = start(command, stdin)
        words = done.stderr.decode(errors="replace").strip()
        if done.returncode != code:
            self.check(name, f"exit code {done.returncode} instead of {code}: {words}")
        else:
            self.check(name, "" if words or code == 0 else "no message")


def difference(left, right):
    """Why two programs' answers are not the same; nothing where they are."""
    (left_code, left_lines), (right_code, right_lines) = left, right
    if left_code != 0 or right_code != 0:
        return f"exit codes {left_code} and {right_code}"
    if len(left_lines) != len(right_lines) or not left_lines:
        return f"{len(left_lines)} and {len(right_lines)} answers"
    for one, other in zip(left_lines, right_lines):
        scores = {entry["index"]: entry["score"] for entry in other["top"]}
        for place, (a, b) in enumerate(zip(one["top"], other["top"])):
            if abs(a["score"] - b["score"]) > SCORE_TOLERANCE:
                return f"{one['image']}: scores {a['score']} and {b['score']} in place {place + 1}"
            # Classes may only change places where their scores are as good as equal.
            if a["index"] != b["index"] and abs(scores.get(a["index"], b["score"]) - a["score"]) > SCORE_TOLERANCE:
                return f"{one['image']}: classes {a['index']} and {b['index']} in place {place + 1}"
        if one["top"][0]["label"] != other["top"][0]["label"] and one["top"][0]["index"] == other["top"][0]["index"]:
            return f"{one['image']}: labels {one['top'][0]['label']} and {other['top'][0]['label']}"
    return ""


def compile_for(report, model, isa, folder):
    plan = folder / f"{model.stem}-{isa}.edge"
    done = start([EDGE_RUN, "compile", model, "-o", plan, "--for", isa])
    if done.returncode != 0:
        report.check(f"compile {model.name} for {isa}", done.stderr.decode().strip())
        return None
    return plan


def compare_model(report, model, pictures, folder, *options):
    """Compares three programs. Returns the plans for this machine and for the board; None where compiling failed."""
    here, there = (compile_for(report, model, isa, folder) for isa in ("auto", "neon"))
    if not here or not there:
        return here, there
    expected = classify([EDGE_RUN], model, pictures, *options)
    report.check(f"{model.stem}: edge-node here", difference(expected, classify(NATIVE, here, pictures, *options)))
    answers = classify(emulated(), there, pictures, *options, "--threads", "2")
    report.check(f"{model.stem}: edge-node on emulated ARM", difference(expected, answers))
    return here, there


def check_processors(report, plan, picture):
    expected = classify(emulated(), plan, [picture])
    for processor in ("cortex-a53", "cortex-a72", "cortex-a76"):
        report.check(processor, difference(expected, classify(emulated(processor), plan, [picture])))


def check_input(report, plan, picture, folder):
    """Standard input, streams and damaged files."""
    bytes_of_picture = picture.read_bytes()
    named = classify(emulated(), plan, [picture])
    report.check("picture from standard input", difference(named, classify(emulated(), plan, ["-"], stdin=bytes_of_picture)))
    if bytes_of_picture[:2] == b"\xff\xd8":
        stream = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n".join([b"", bytes_of_picture, bytes_of_picture])
        code, lines = classify(emulated(), plan, [], "--stream", "mjpeg", stdin=stream)
        tops = [line.get("top", [{}])[0].get("index") for line in lines]
        expected = [named[1][0]["top"][0]["index"]] * 2
        report.check("camera stream", "" if (code, tops) == (0, expected) else f"exit code {code}, classes {tops}")

    damaged = folder / "damaged.jpg"
    damaged.write_bytes(bytes_of_picture[: len(bytes_of_picture) // 2])
    code, lines = classify(emulated(), plan, [picture, damaged, picture])
    kinds = ["error" if "error" in line else "top" for line in lines]
    fine = code == 65 and kinds == ["top", "error", "top"]
    report.check("a damaged picture does not stop the rest", "" if fine else f"exit code {code}, {kinds}")

    report.expect_code("missing picture", [*emulated(), "classify", plan, folder / "nowhere.jpg"], 66)
    report.expect_code("missing model", [*emulated(), "classify", folder / "nowhere.edge", picture], 66)
    report.expect_code("no arguments", emulated(), 64)
    report.expect_code("unknown option", [*emulated(), "classify", plan, picture, "--tip", "3"], 64)
    report.expect_code("another machine's instruction set", [*emulated(), "info", "--isa", "avx2"], 64)
    report.expect_code("folder without pictures", [*emulated(), "classify", plan, make_folder(folder / "empty")], 65)
    cut = folder / "cut.edge"
    cut.write_bytes(plan.read_bytes()[:-100])
    report.expect_code("cut plan", [*emulated(), "classify", cut, picture], 65)
    flipped = bytearray(plan.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    cut.write_bytes(flipped)
    report.expect_code("damaged plan", [*emulated(), "classify", cut, picture], 65)
    labels = folder / "labels.txt"
    labels.write_text("one\ntwo\n")
    report.expect_code("too few labels", [*emulated(), "classify", plan, picture, "--labels", labels], 65)


def check_bench(report, plan):
    done = start([*emulated(), "bench", plan, "--runs", "2", "--threads", "1,2", "--json"])
    try:
        entries = json.loads(done.stdout)
        runs = [(entry["threads"], entry["runs"], entry["isa"]) for entry in entries]
        complaint = "" if runs == [(1, 2, "neon"), (2, 2, "neon")] else str(runs)
    except (ValueError, KeyError) as error:
        complaint = f"{error}: {done.stderr.decode()}"
    report.check("bench", complaint)


def check_target(report, model, plan):
    """edge-run measures on the emulated board: what it compiles for it, and a plan that was compiled before."""
    target = "exec:" + shlex.join(str(word) for word in [*emulated(), "serve"])
    for name, file, isa in (("a model", model, "neoni8mm"), ("a plan", plan, "neon")):
        done = start([EDGE_RUN, "bench", file, "--target", target, "--runs", "2", "--threads", "1,2", "--json"])
        try:
            runs = [(entry["threads"], entry["runs"], entry["isa"]) for entry in json.loads(done.stdout)]
            complaint = "" if runs == [(1, 2, isa), (2, 2, isa)] else str(runs)
        except (ValueError, KeyError) as error:
            complaint = f"{error}: {done.stderr.decode()}"
        report.check(f"bench --target with {name}", complaint)
    target = "exec:" + shlex.join(str(word) for word in [*emulated("cortex-a53"), "serve"])
    report.expect_code("bench --target with a plan for another processor", [
        EDGE_RUN, "bench", model, "--isa", "avx2", "--target", target], 69)


def make_folder(path):
    path.mkdir(parents=True, exist_ok=True)
    return path


def check_program(report, model, plan, native, picture, folder):
    """Everything about the program that does not depend on the network."""
    check_processors(report, plan, picture)
    check_input(report, plan, picture, folder)
    check_bench(report, plan)
    check_target(report, model, plan)
    report.expect_code("this machine's plan on ARM", [*emulated(), "classify", native, picture], 65)


def signs(report, folder):
    """The shipped network and generated pictures: one of every class. Returns what check_program needs."""
    model = ROOT / "models/signs.onnx"
    if not model.is_file():
        report.skip("signs", "models/signs.onnx is not there")
        return None
    done = start([EDGE_RUN, "dataset", "signs", folder / "signs", "--images", str(SIGN_PICTURES), "--seed", "11"])
    pictures = sorted(path for path in (folder / "signs").rglob("*") if path.suffix in (".jpg", ".png"))
    if done.returncode != 0 or not pictures:
        report.check("signs", done.stderr.decode().strip() or "no pictures")
        return None
    here, there = compare_model(report, model, pictures, folder)
    return model, there, here, pictures[0]


def photographs(report, folder):
    shared = shared_folder()
    if not shared:
        report.skip("photographs", "the shared models are not there")
        return None
    pictures = sorted((shared / "data/imagenet-sample").glob("*.JPEG"))[:PHOTOGRAPHS]
    options = ["--preprocess", "inception"]
    for name in ("mobilenet-v1-0.25-128-qdq", "mobilenet-v1-0.25-128"):
        model = shared / f"models/{name}.onnx"
        here, there = compare_model(report, model, pictures, folder, *options)
    return model, there, here, pictures[0]


def main():
    if not BOARD.is_file() or not shutil.which(EMULATOR):
        sys.exit("build/edge-node-aarch64 or qemu-aarch64-static is not there: make node-aarch64")
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        candidates = [signs(report, Path(folder)), photographs(report, Path(folder))]
        ready = [candidate for candidate in candidates if candidate and all(candidate)]
        if ready:
            check_program(report, *ready[0], Path(folder))
        else:
            report.skip("the program's behaviour", "no model could be compiled")
    print(f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
