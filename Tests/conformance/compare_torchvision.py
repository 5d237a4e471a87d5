"""Compares torchvision's networks with ONNX Runtime: exported with random weights, run by both.

    python3 -m venv torch-venv && torch-venv/bin/pip install torch torchvision onnx onnxscript onnxruntime
    torch-venv/bin/python Tests/conformance/compare_torchvision.py

Not part of the test command: PyTorch is too big for that. Each network is exported in eval mode by both of PyTorch's
exporters: the one of today (torch.export) and the one of before (TorchScript, opset 17, normalisations kept as nodes).
Weights are seeded noise, scaled so that signals keep their size from layer to layer, and all statistics of
normalisations are random: with PyTorch's own initialisation the outputs of some networks would be next to constant.
"""

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
import torchvision

from compare_onnxruntime import check, feeds
from edge_run import EdgeRun, default_binary

NETWORKS = """
    resnet18 resnet50 vgg11_bn mobilenet_v2 mobilenet_v3_small mobilenet_v3_large efficientnet_b0 shufflenet_v2_x1_0
    densenet121 googlenet regnet_y_400mf mnasnet1_0 squeezenet1_1 convnext_tiny
    """.split()


def network(name):
    torch.manual_seed(7)
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    model = getattr(torchvision.models, name)(weights=None, **options).eval()
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                torch.nn.init.normal_(module.bias, std=0.1)
        elif isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, std=0.1)
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
    return model


def exported(model, exporter, file):
    example = torch.zeros(1, 3, 224, 224)
    names = {"input_names": ["input"], "output_names": ["output"]}
    if exporter == "export":
        torch.onnx.export(model, (example,), file, dynamo=True, external_data=False, **names)
    else:
        kept = torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(model, (example,), file, dynamo=False, opset_version=17, training=kept, **names)
    return onnx.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edge-run", default=default_binary(), help="the program (default: the release build's)")
    parser.add_argument("--paths", default="compiled,reference", help="ways to run a model (default: both)")
    parser.add_argument("--exporters", default="export,torchscript", help="PyTorch's exporters (default: both)")
    parser.add_argument("--save", type=Path, help="a folder for the exported models; nothing is run")
    parser.add_argument("networks", nargs="*", default=NETWORKS, help="networks by torchvision's names (default: all)")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    edge_run = None if arguments.save else EdgeRun(arguments.edge_run)
    results = []
    for name in arguments.networks:
        for exporter in arguments.exporters.split(","):
            with tempfile.TemporaryDirectory() as folder:
                if arguments.save:
                    arguments.save.mkdir(parents=True, exist_ok=True)
                    exported(network(name), exporter, str(arguments.save / f"{name}-{exporter}.onnx"))
                    continue
                model = exported(network(name), exporter, str(Path(folder) / "exported.onnx"))
                inputs = feeds(model, seed=1)
                title = f"{name} ({exporter}, opset {model.opset_import[0].version})"
                results.append(check(title, model, inputs, edge_run, arguments.paths.split(","), folder))
    if not arguments.save:
        print(f"{sum(results)} of {len(results)} networks agree with ONNX Runtime")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
