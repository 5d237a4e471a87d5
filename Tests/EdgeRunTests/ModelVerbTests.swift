import Foundation
import Graph
import ONNX
import Runtime
import TestSupport
import Testing

/// `run`, `compile`, `inspect`, `bench`, `eval`, `dataset`.
@Suite struct ModelVerbTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try TinyClassifier.write(to: folder)
  }

  private func tensorFile(_ shape: [Int], name: String = "x.npy") throws -> String {
    let count = shape.reduce(1, *)
    return try folder.write(NPY.bytes(Tensor((0..<count).map { Float($0 % 29) / 29 }, shape: shape)), to: name)
  }

  @Test func everyVerbHasHelpWithExamples() throws {
    for verb in [
      "classify", "eval", "run", "bench", "profile", "inspect", "compile", "convert", "create", "train", "prune",
      "report",
      "dataset",
    ] {
      let result = try Tool.edgeRun.run([verb, "--help"])
      #expect(result.code == 0 && result.text.contains("Example"), "\(verb)")
    }
  }

  @Test func profileListsLayersAndWritesATrace() throws {
    let trace = folder.path("trace.json")
    let arguments = ["profile", model, "--seconds", "0.05", "--threads", "1", "--trace", trace, "--json"]
    let result = try Tool.edgeRun.run(arguments)
    #expect(result.code == 0)
    let layers = result.objects.first?["layers"] as? [[String: Any]] ?? []
    #expect(layers.contains { ($0["macs"] as? Int ?? 0) > 0 && ($0["kernel"] as? String)?.isEmpty == false })
    #expect(abs(layers.compactMap { $0["share"] as? Double }.reduce(0, +) - 1) < 1e-6)
    let members = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: trace)))
    let events = (members as? [String: Any])?["traceEvents"] as? [[String: Any]] ?? []
    #expect(events.count == layers.count && events.allSatisfy { $0["ph"] as? String == "X" && $0["dur"] is Double })
    #expect(try Tool.edgeRun.run(arguments).code == 73)
    #expect(try Tool.edgeRun.run(arguments + ["--force"]).code == 0)
    let table = try Tool.edgeRun.run(["profile", model, "--seconds", "0.05", "--top", "1"])
    #expect(table.code == 0 && table.text.contains("of peak") && table.text.split(separator: "\n").count == 4)
    #expect(try Tool.edgeRun.run(["profile", model, "--seconds", "0"]).code == 64)
    #expect(try Tool.edgeRun.run(["profile", model, "--top", "0"]).code == 64)
  }

  @Test func planReferenceAndCompiledFileAgree() throws {
    let input = try tensorFile([1, 3, 8, 8])
    let plan = folder.path("tiny.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan]).code == 0)
    var results: [Tensor] = []
    for (index, arguments) in [[model], [model, "--reference"], [plan]].enumerated() {
      let output = folder.path("out\(index)")
      let result = try Tool.edgeRun.run(
        ["run"] + arguments + ["--input", "picture=\(input)", "--output-dir", output, "--json"])
      #expect(result.code == 0)
      let outputs = result.objects.first?["outputs"] as? [[String: Any]] ?? []
      #expect(outputs.first?["name"] as? String == "scores" && outputs.first?["shape"] as? [Int] == [1, 3])
      results.append(try NPY.tensor(Array(Data(contentsOf: URL(fileURLWithPath: output + "/scores.npy")))))
    }
    #expect(results[0] == results[2])
    for (a, b) in zip(results[0].doubles, results[1].doubles) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func runRefusesWhatDoesNotFit() throws {
    let out = ["--output-dir", folder.path("o")]
    let wrongShape = try tensorFile([1, 3, 7, 8], name: "wrong.npy")
    let good = try tensorFile([2, 3, 8, 8])
    func code(_ arguments: [String]) throws -> Int32 { try Tool.edgeRun.run(["run", model] + arguments).code }
    #expect(try code(["--input", wrongShape] + out) == 65)
    #expect(try code(out) == 64)
    #expect(try code(["--input", good, "--input", good] + out) == 64)
    #expect(try code(["--input", folder.path("none.npy")] + out) == 66)
    #expect(try code(["--input", try folder.write("not numpy", to: "bad.npy")] + out) == 65)
    #expect(try code(["--input", good, "--output-dir", try folder.write("x", to: "file") + "/o"]) == 73)
    #expect(try code(["--input", good] + out) == 0)
    #expect(try code(["--input", good] + out) == 73)
    #expect(try code(["--input", good, "--force"] + out) == 0)
  }

  @Test func compileKeepsWhatIsThere() throws {
    let plan = try folder.write("mine", to: "there.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan]).code == 73)
    #expect(try String(contentsOfFile: plan, encoding: .utf8) == "mine")
    let forced = try Tool.edgeRun.run(["compile", model, "-o", plan, "--force", "--json"])
    #expect(forced.code == 0 && (forced.objects.first?["arena_bytes"] as? Int ?? 0) > 0)
    #expect(try Tool.edgeRun.run(["compile", model, "-o", folder.path("no/such/folder.edge")]).code == 73)
  }

  @Test func compileTunesAndKeepsWhatItMeasured() throws {
    let network = folder.path("signnet.onnx")
    #expect(try Tool.edgeRun.run(["create", "signnet", "-o", network]).code == 0)
    let environment = ["XDG_CACHE_HOME": folder.path("cache")]
    func tune(_ arguments: [String]) throws -> Tool.Result {
      try Tool.edgeRun.run(
        ["compile", network, "-o", folder.path("tuned.edge"), "--force", "--tune"] + arguments,
        environment: environment)
    }
    let first = try tune(["--threads", "1"])
    #expect(first.code == 0 && first.errors.contains("layers timed, 0 known"), "\(first.errors)")
    let again = try tune(["--threads", "1", "--json"])
    #expect(again.code == 0 && again.errors.contains("0 layers timed, ") && again.objects.count == 1)
    #expect(try tune(["--threads", "2"]).errors.contains(" 0 known"))
    #expect(try Tool.edgeRun.run(["bench", folder.path("tuned.edge"), "--seconds", "0.05"]).code == 0)
    _ = try folder.write("{", to: "cache/edge-run/tuning.json")
    let damaged = try tune(["--threads", "1"])
    #expect(damaged.code == 0 && damaged.errors.contains("tuning.json") && damaged.errors.contains(" 0 known"))
    #if arch(x86_64)
      let foreign = "neon"
    #else
      let foreign = "avx2"
    #endif
    let elsewhere = try tune(["--for", foreign])
    #expect(elsewhere.code == 64 && elsewhere.errors.contains("device"), "\(elsewhere.errors)")
  }

  @Test func aPlanForAnotherProcessorIsRefusedHere() throws {
    let plan = folder.path("foreign.edge")
    #if arch(x86_64)
      let device = "neon"
    #else
      let device = "avx2"
    #endif
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan, "--for", device]).code == 0)
    let result = try Tool.edgeRun.run(["bench", plan])
    #expect(result.code == 65 && result.errors.contains("instruction set"))
  }

  @Test func damagedModelsAreRefused() throws {
    let onnx = Array(try Data(contentsOf: URL(fileURLWithPath: model)))
    let plan = folder.path("tiny.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan]).code == 0)
    let edge = Array(try Data(contentsOf: URL(fileURLWithPath: plan)))
    for (name, bytes) in [
      ("cut.onnx", Array(onnx.prefix(onnx.count - 7))), ("cut.edge", Array(edge.prefix(edge.count - 7))),
      ("header.edge", Array(edge.prefix(20))), ("text.onnx", Array("hello".utf8)), ("empty.onnx", []),
    ] {
      let result = try Tool.edgeRun.run(["bench", try folder.write(bytes, to: name)])
      #expect(result.code == 65 && result.errors.contains(name), "\(name): \(result.errors)")
    }
    #expect([65, 66].contains(try Tool.edgeRun.run(["inspect", folder.path(".")]).code))
  }

  @Test func anUnsupportedOperatorIsNamedBeforeAnythingRuns() throws {
    // The two names have the same length, so that the file stays sound otherwise.
    var bytes = try ONNXModel.encode(TinyClassifier.graph())
    let name = try #require(bytes.firstRange(of: Array("GlobalAveragePool".utf8)))
    bytes.replaceSubrange(name, with: Array("NonMaxSuppression".utf8))
    let path = try folder.write(bytes, to: "nms.onnx")
    let result = try Tool.edgeRun.run(["inspect", path])
    #expect(result.code == 65)
    #expect(result.errors.contains("NonMaxSuppression") && result.errors.contains("pool"))
  }

  @Test func inspectCounts() throws {
    let result = try Tool.edgeRun.run(["inspect", model, "--json"])
    let summary = try #require(result.objects.first)
    #expect(summary["macs"] as? Int == 3 * 3 * 64 && summary["parameters"] as? Int == 9)
    #expect(summary["operators"] as? [String: Int] == ["Conv": 1, "GlobalAveragePool": 1, "Flatten": 1])
    #expect((summary["layers"] as? [[String: Any]])?.first?["output_shape"] as? [Int] == [1, 3, 8, 8])
    for key in ["weight_bytes", "peak_activation_bytes", "inputs", "outputs"] { #expect(summary[key] != nil) }
  }

  @Test func benchTellsEveryFigure() throws {
    let result = try Tool.edgeRun.run(["bench", model, "--threads", "1,2", "--runs", "5", "--json"])
    #expect(result.code == 0 && result.array.count == 2)
    for (row, threads) in zip(result.array, [1, 2]) {
      #expect(row["threads"] as? Int == threads && row["runs"] as? Int == 5 && row["precision"] as? String == "float32")
      let latency = row["latency_ms"] as? [String: Any] ?? [:]
      for key in ["min", "p50", "p90", "p99", "mean", "stddev"] { #expect(latency[key] is NSNumber, "\(key)") }
      for key in [
        "load_ms", "first_run_ms", "peak_rss_bytes", "arena_bytes", "weight_bytes", "macs", "parameters", "gflops",
      ] {
        #expect(row[key] is NSNumber, "\(key)")
      }
    }
  }

  @Test func benchComparesInAlternation() throws {
    let result = try Tool.edgeRun.run(
      ["bench", model, model, "--compare", "--threads", "1,2", "--runs", "8", "--json"])
    #expect(result.code == 0 && result.array.count == 4)
    for (row, threads) in zip(result.array, [1, 1, 2, 2]) {
      #expect(row["threads"] as? Int == threads && row["runs"] as? Int == 8 && row["macs"] is NSNumber)
      #expect((row["latency_ms"] as? [String: Any])?.keys.count == 6)
      let ratio = row["ratio"] as? [String: Double] ?? [:]
      #expect(Set(ratio.keys) == ["median", "lower", "upper"] && (ratio["lower"] ?? 2) <= (ratio["upper"] ?? 1))
    }
    #expect((result.array.first?["ratio"] as? [String: Double]) == ["median": 1, "lower": 1, "upper": 1])
    let table = try Tool.edgeRun.run(["bench", model, model, "--compare", "--runs", "8", "--quiet"])
    #expect(table.code == 0 && table.text.split(separator: "\n").count == 3 && table.errors.isEmpty)
    #expect(try Tool.edgeRun.run(["bench", model, "--compare"]).code == 64)
    #expect(try Tool.edgeRun.run(["bench", model, model, "--compare", "--train"]).code == 64)
  }

  @Test func evalCounts() throws {
    for index in 0..<4 {
      let shade = UInt8(200 + index)
      try folder.write(TinyClassifier.picture(shade, 3, 3), to: "set/red/\(index).png")
      try folder.write(TinyClassifier.picture(3, shade, 3), to: "set/green/\(index).png")
      // Mislabelled on purpose.
      try folder.write(TinyClassifier.picture(shade, 3, 3), to: "set/blue/\(index).png")
    }
    try folder.write("broken", to: "set/red/broken.png")
    let result = try Tool.edgeRun.run(["eval", model, "--data", folder.path("set"), "--json", "--confusion"])
    let summary = try #require(result.objects.first)
    #expect(result.code == 0)
    #expect(summary["images"] as? Int == 12 && summary["skipped"] as? Int == 1)
    #expect(abs((summary["top1"] as? Double ?? 0) - 8.0 / 12) < 1e-9 && summary["top5"] as? Double == 1)
    // Classes in the order of their names: blue, green, red.
    #expect(summary["confusion"] as? [[Int]] == [[0, 0, 4], [0, 4, 0], [0, 0, 4]])
    // The labels are those in the model, or the user's.
    for labels in [[], ["--labels", try folder.write("red\ngreen\nblue", to: "l")]] {
      let reference = try Tool.edgeRun.run(
        ["eval", model, "--data", folder.path("set"), "--json", "--confusion", "--reference"] + labels)
      #expect(reference.objects.first?["top1"] as? Double == summary["top1"] as? Double)
      #expect(reference.objects.first?["confusion"] as? [[Int]] == summary["confusion"] as? [[Int]])
    }
    #expect(try Tool.edgeRun.run(["eval", model, "--data", folder.path("nowhere")]).code == 66)
  }

  @Test func evalRefusesWhatIsNoAnswer() throws {
    try folder.write(TinyClassifier.picture(200, 3, 3), to: "set/red/1.png")
    try folder.write(TinyClassifier.picture(3, 200, 3), to: "set/green/1.png")
    let labels = try folder.write("red\ngreen\nblue", to: "l")
    var broken = TinyClassifier.graph()
    for (id, tensor) in broken.constants {
      broken.constants[id] = Tensor([Float](repeating: .nan, count: tensor.elementCount), shape: tensor.shape)
    }
    let unsound = try folder.write(ONNXModel.encode(broken), to: "nan.onnx")
    for path in [[], ["--reference"]] {
      func eval(_ arguments: [String]) throws -> Tool.Result {
        try Tool.edgeRun.run(["eval"] + arguments + ["--data", folder.path("set")] + path)
      }
      for offset in ["4", "3", "-1", "\(Int.max)"] {
        let result = try eval([model, "--labels", labels, "--class-offset=\(offset)"])
        #expect(result.code == 65 && result.errors.contains("offset"), "\(offset) \(path): \(result.errors)")
      }
      let result = try eval([unsound])
      #expect(result.code == 65 && result.errors.contains("not finite"), "\(path): \(result.errors)")
    }
  }

  @Test func evalTakesThePartToTestWith() throws {
    for part in ["train", "test"] {
      try folder.write(TinyClassifier.picture(200, 3, 3), to: "parts/\(part)/red/1.png")
      try folder.write(TinyClassifier.picture(3, 200, 3), to: "parts/\(part)/green/1.png")
    }
    let arguments = ["eval", model, "--data", folder.path("parts")]
    let result = try Tool.edgeRun.run(arguments)
    #expect(result.code == 0 && result.errors.contains("'test' is taken for evaluation"), "\(result.errors)")
    #expect(try Tool.edgeRun.run(arguments + ["--quiet"]).errors.isEmpty)
    #expect(try Tool.edgeRun.run(arguments + ["--split", "train"]).errors.isEmpty)
  }

  @Test func resultsThatCannotBeWrittenAre74() throws {
    for arguments in [
      ["inspect", model], ["inspect", model, "--json"], ["create", "signnet", "-o", folder.path("c")],
    ] {
      let result = try Tool.edgeRun.run(arguments, output: Tool.fullDisk)
      #expect(result.code == 74 && result.errors.contains("standard output"), "\(arguments)")
    }
    // Words for people are lost, no more.
    #expect(try Tool.edgeRun.run(["inspect", folder.path("none")], errors: Tool.fullDisk).code == 66)
  }

  @Test func everyVerbMindsTheInstructionSet() throws {
    #if arch(x86_64)
      let foreign = "neon"
    #else
      let foreign = "avx2"
    #endif
    let out = ["-o", folder.path("out")]
    for arguments in [
      ["classify", model, "-"], ["eval", model, "--data", folder.root], ["run", model, "--output-dir", folder.root],
      ["bench", model], ["profile", model], ["inspect", model], ["compile", model] + out, ["convert", model] + out,
      ["create", "signnet"] + out, ["train", "signnet", "--data", folder.root] + out, ["report", folder.root],
      ["dataset", "signs", folder.path("signs")],
    ] {
      for name in ["mmx", foreign] {
        let result = try Tool.edgeRun.run(arguments + ["--isa", name])
        #expect(result.code == 64 && result.errors.contains("--isa \(name)"), "\(arguments): \(result.errors)")
      }
    }
    let best = InstructionSet.best
    guard best != .scalar else { return }
    let train = try Tool.edgeRun.run(["train", "signnet", "--data", folder.root, "--isa", "scalar"] + out)
    #expect(train.code == 64 && train.errors.contains(best.name), "\(train.errors)")
    // A plan is for one set, and asking for another one is no wish to run that one.
    let plan = folder.path("scalar.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan, "--for", "scalar"]).code == 0)
    let run = ["run", plan, "--input", try tensorFile([1, 3, 8, 8]), "--output-dir", folder.path("o"), "--force"]
    for arguments in [["bench", plan, "--runs", "2"], run] {
      #expect(try Tool.edgeRun.run(arguments).code == 0)
      #expect(try Tool.edgeRun.run(arguments + ["--isa", "scalar"]).code == 0)
      let result = try Tool.edgeRun.run(arguments + ["--isa", best.name])
      #expect(result.code == 65 && result.errors.contains("compiled for scalar"), "\(arguments): \(result.errors)")
    }
  }

  @Test func datasetWritesFoldersThatEvalReads() throws {
    let target = folder.path("signs")
    let result = try Tool.edgeRun.run(["dataset", "signs", target, "--images", "48", "--seed", "3", "--json"])
    let summary = try #require(result.objects.first)
    #expect(result.code == 0 && summary["images"] as? Int == 48)
    let classes = try FileManager.default.contentsOfDirectory(atPath: target).filter { !$0.hasPrefix(".") }
    #expect(classes.count == summary["classes"] as? Int && classes.count >= 12)
    let shapes = folder.path("shapes")
    #expect(try Tool.edgeRun.run(["dataset", "shapes", shapes, "--images", "24", "--size", "16"]).code == 0)
    #expect(FileManager.default.fileExists(atPath: shapes + "/umbrella/0001.jpg"))
    #expect(try Tool.edgeRun.run(["dataset", "shapes", folder.path("q"), "--size", "15"]).code == 64)
    #expect(try Tool.edgeRun.run(["dataset", "planets", folder.path("p")]).code == 64)
  }
}
