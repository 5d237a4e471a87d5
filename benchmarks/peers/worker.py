"""One runtime, one model, one series of runs, as JSON on standard output. compare.py starts it in a fresh process.

    worker.py PEER MODEL SHAPE THREADS SECONDS [--output FILE.npy]

Each runtime gives two functions: one that hands it the input, which is not timed (edge-run writes its own outside the
timing as well, others take it in place), and one that runs it, which is.
"""

import json
import resource
import sys
import time

import numpy as np


def nothing():
    pass


def onnxruntime(model, x, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    feeds = {session.get_inputs()[0].name: x}
    return nothing, lambda: session.run(None, feeds)[0]


def openvino(model, x, threads):
    import openvino

    compiled = openvino.Core().compile_model(
        model,
        "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"},
    )
    request = compiled.create_infer_request()
    request.set_input_tensor(openvino.Tensor(x))

    def run():
        request.infer()
        return request.get_output_tensor().data

    return nothing, run


def tract(model, x, threads):
    if threads != 1:
        raise SystemExit("tract runs one thread")
    import tract

    inference = tract.onnx().load(model)
    inference.set_input_fact(0, ",".join(map(str, x.shape)) + ",f32")
    runnable = inference.into_model().into_runnable()
    return nothing, lambda: runnable.run([x])[0].to_numpy()


def mnn(model, x, threads):
    import MNN

    interpreter = MNN.Interpreter(model)
    session = interpreter.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
    target = interpreter.getSessionInput(session)
    source = MNN.Tensor(x.shape, MNN.Halide_Type_Float, x, MNN.Tensor_DimensionType_Caffe)

    def run():
        interpreter.runSession(session)
        result = interpreter.getSessionOutput(session)
        shape = result.getShape()
        host = MNN.Tensor(
            shape, MNN.Halide_Type_Float, np.zeros(shape, np.float32), MNN.Tensor_DimensionType_Caffe
        )
        result.copyToHostTensor(host)
        return np.array(host.getData(), np.float32)

    return lambda: target.copyFrom(source), run


def ncnn(model, x, threads):
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.load_param(model)
    net.load_model(model.removesuffix(".param") + ".bin")

    image = ncnn.Mat(x[0])

    def run():
        extractor = net.create_extractor()
        extractor.input("in0", image)
        return np.array(extractor.extract("out0")[1])

    return nothing, run


def litert(model, x, threads):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model, num_threads=threads)
    interpreter.allocate_tensors()
    place, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run():
        interpreter.invoke()
        return interpreter.get_tensor(result)

    return lambda: interpreter.set_tensor(place, x), run


PEERS = {"onnxruntime": onnxruntime, "openvino": openvino, "litert": litert, "ncnn": ncnn, "mnn": mnn, "tract": tract}


def main():
    peer, model, shape, threads, seconds = sys.argv[1:6]
    x = np.random.default_rng(1).standard_normal([int(n) for n in shape.split("x")], dtype=np.float32)
    begin = time.perf_counter()
    prepare, run = PEERS[peer](model, x, int(threads))
    loaded = time.perf_counter()
    prepare()
    result = run()
    first = time.perf_counter()
    # Of this process's own memory: from here on nothing is loaded.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if "--output" in sys.argv:
        np.save(sys.argv[sys.argv.index("--output") + 1], np.asarray(result).reshape(-1))
    end = time.perf_counter() + 0.3 * float(seconds)
    while time.perf_counter() < end:
        prepare()
        run()
    series = []
    end = time.perf_counter() + float(seconds)
    while len(series) < 5 or time.perf_counter() < end:
        prepare()
        start = time.perf_counter()
        run()
        series.append((time.perf_counter() - start) * 1e3)
    series.sort()
    print(
        json.dumps(
            {
                "p50_ms": series[len(series) // 2],
                "min_ms": series[0],
                "p99_ms": series[min(len(series) - 1, len(series) * 99 // 100)],
                "runs": len(series),
                # The library's import is part of it, Python's and NumPy's are not.
                "load_ms": (loaded - begin) * 1e3,
                "first_ms": (first - begin) * 1e3,
                "peak_rss_bytes": peak * 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
