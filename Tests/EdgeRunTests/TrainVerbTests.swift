import Foundation
import Graph
import ONNX
import TestSupport
import Testing

/// `train` and `create` as users call them.
@Suite struct TrainVerbTests {
  private let folder: TemporaryFolder
  private let pictures: String

  init() throws {
    folder = try TemporaryFolder()
    pictures = folder.path("signs")
    #expect(try Tool.edgeRun.run(["dataset", "signs", pictures, "--images", "128", "--seed", "5"]).code == 0)
  }

  private func train(_ arguments: [String]) throws -> Tool.Result {
    try Tool.edgeRun.run(
      ["train", "signnet", "--data", pictures, "--batch", "16", "--threads", "2"] + arguments)
  }

  @Test func trainingTellsEveryEpochAndWritesANetwork() throws {
    let file = folder.path("net.onnx")
    let result = try train(["--epochs", "2", "--test", pictures, "-o", file, "--json"])
    #expect(result.code == 0, "\(result.errors)")
    let lines = result.objects
    try #require(lines.count == 3)
    #expect(lines.map { $0["epoch"] as? Int } == [1, 2, nil])
    for key in ["loss", "train_top1", "validation_top1", "images_per_second", "seconds"] {
      #expect(lines[0][key] is Double, "\(key)")
    }
    #expect(lines[2]["file"] as? String == file && lines[2]["test_top1"] is Double)
    let graph = try ONNXModel.load(path: file).graph
    #expect(graph.metadata["labels"] != nil && graph.metadata["preprocessing"] != nil)
    #expect(!FileManager.default.fileExists(atPath: file + ".checkpoint"))
    #expect(try train(["--epochs", "1", "-o", file]).code == 73)
    let evaluated = try Tool.edgeRun.run(["eval", file, "--data", pictures, "--json"])
    #expect(evaluated.code == 0 && evaluated.objects.first?["top1"] as? Double == lines[2]["test_top1"] as? Double)
  }

  @Test func createTakesChannelsAway() throws {
    let (whole, narrow) = (folder.path("whole.onnx"), folder.path("narrow.onnx"))
    #expect(try Tool.edgeRun.run(["create", "signnet", "-o", whole]).code == 0)
    let result = try Tool.edgeRun.run(["create", "signnet", "--remove-macs", "0.6", "-o", narrow, "--json"])
    #expect(result.code == 0, "\(result.errors)")
    let macs = try [whole, narrow].map { file in
      try #require(Tool.edgeRun.run(["inspect", file, "--json"]).objects.first?["macs"] as? Double)
    }
    #expect(macs[1] <= 0.4 * macs[0] && macs[1] > 0.35 * macs[0], "\(macs)")
    #expect(try Tool.edgeRun.run(["create", "signnet", "--remove-macs", "1", "-o", narrow, "--force"]).code == 64)
  }

  @Test func interruptedTrainingGoesOn() throws {
    let arguments = ["--epochs", "3", "--seed", "4"]
    let whole = folder.path("whole.onnx")
    #expect(try train(arguments + ["-o", whole, "--quiet"]).code == 0)
    let parted = folder.path("parted.onnx")
    let stopped = try train(arguments + ["-o", parted, "--quiet", "--stop-after", "9"])
    #expect(stopped.code == 75 && stopped.errors.contains("--resume"), "\(stopped.errors)")
    #expect(try train(arguments + ["-o", parted]).code == 73)
    let otherSeed = try train(["--epochs", "3", "--seed", "5", "-o", parted, "--resume"])
    #expect(otherSeed.code == 65 && otherSeed.errors.contains("--seed"), "\(otherSeed.errors)")
    let resumed = try train(arguments + ["-o", parted, "--quiet", "--resume"])
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(
      try ONNXModel.load(path: parted).graph.constants.values.map(\.bytes).sorted { $0.hashValue < $1.hashValue }
        == ONNXModel.load(path: whole).graph.constants.values.map(\.bytes).sorted { $0.hashValue < $1.hashValue })
  }

  @Test func interruptedTestingGoesOn() throws {
    let picture = try #require(FileManager.default.enumerator(atPath: pictures)?.first { "\($0)".hasSuffix(".jpg") })
    let many = try folder.write(
      String(repeating: "\(pictures)/\(picture),0\n", count: 10_000), to: "many/index.csv")
    let file = folder.path("net.onnx")
    let arguments = ["--epochs", "1", "--validation", "none", "-o", file]
    // There is a checkpoint as soon as testing begins.
    let checkpoint = file + ".checkpoint"
    let stopped = try Tool.edgeRun.run(
      ["train", "signnet", "--data", pictures, "--batch", "16", "--threads", "2", "--test", many] + arguments,
      interruptedWhen: { _ in FileManager.default.fileExists(atPath: checkpoint) })
    #expect(stopped.code == 75 && stopped.errors.contains("--resume"), "\(stopped.errors)")
    #expect(FileManager.default.fileExists(atPath: checkpoint) && !FileManager.default.fileExists(atPath: file))
    let resumed = try train(arguments + ["--test", pictures, "--resume", "--json"])
    #expect(resumed.code == 0 && resumed.objects.last?["test_top1"] is Double, "\(resumed.errors)")
    #expect(!FileManager.default.fileExists(atPath: checkpoint) && FileManager.default.fileExists(atPath: file))
  }

  @Test func learnsFromThePartToLearnFrom() throws {
    let parts = folder.path("parts")
    try folder.makeFolder("parts")
    for part in ["train", "test"] { try FileManager.default.copyItem(atPath: pictures, toPath: "\(parts)/\(part)") }
    let classes = try FileManager.default.contentsOfDirectory(atPath: pictures).filter { !$0.hasPrefix(".") }
    for name in classes { try folder.write("no picture", to: "parts/test/\(name)/broken.jpg") }
    let arguments = [
      "train", "signnet", "--data", parts, "--batch", "16", "--epochs", "1", "-o", folder.path("p.onnx"),
    ]
    let result = try Tool.edgeRun.run(arguments + ["--test", parts, "--threads", "2"])
    #expect(result.code == 0 && !result.errors.contains("skipped"), "\(result.errors)")
    #expect(result.errors.contains("'train' is taken for learning"), "\(result.errors)")
    #expect(result.errors.contains("'test' is taken for evaluation"), "\(result.errors)")
    // What is tested with decides nothing unless it is named.
    let undecided = try Tool.edgeRun.run(arguments + ["--validation", parts, "--force"])
    #expect(undecided.code == 65 && undecided.errors.contains("has the parts"), "\(undecided.errors)")
  }

  @Test func extremeNumbersDoNoHarm() throws {
    let out = ["-o", folder.path("x.onnx")]
    #expect(try train(["--class-offset", "\(Int.max)"] + out).code == 64)
    #expect(try train(["--class-offset=-1"] + out).code == 64)
    #expect(try train(["--limit", "0"] + out).code == 64)
    let result = try train(["--epochs", "1", "--ema", "0.9", "--recompute-statistics", "\(Int.max)"] + out)
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test func anotherNetworksCheckpointIsRefused() throws {
    let file = folder.path("a.onnx")
    #expect(try train(["--epochs", "2", "-o", file, "--quiet", "--stop-after", "3"]).code == 75)
    let result = try Tool.edgeRun.run(
      [
        "train", "mobilenet-v2-cifar", "--data", pictures, "--batch", "16", "--epochs", "2", "-o", file,
        "--resume",
      ])
    #expect(result.code == 65 && result.errors.contains("checkpoint"), "\(result.errors)")
  }

  @Test func unreadablePicturesAreCountedAndNamed() throws {
    let classes = try FileManager.default.contentsOfDirectory(atPath: pictures).filter { !$0.hasPrefix(".") }.sorted()
    let bad = "\(pictures)/\(classes[0])/broken.jpg"
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: bad))
    let result = try train(["--epochs", "1", "-o", folder.path("b.onnx")])
    #expect(result.code == 0 && result.errors.contains("1 pictures skipped") && result.errors.contains("broken.jpg"))
  }

  @Test func whatCannotBeTrainedIsRefused() throws {
    let out = ["-o", folder.path("c.onnx")]
    try FileManager.default.createDirectory(atPath: pictures + "/zzz-empty", withIntermediateDirectories: true)
    let empty = try train(["--epochs", "1"] + out)
    #expect(empty.code == 65 && empty.errors.contains("zzz-empty"), "\(empty.errors)")
    try FileManager.default.removeItem(atPath: pictures + "/zzz-empty")
    #expect(try train(["--epochs", "0"] + out).code == 64)
    #expect(try train(["--optimizer", "lion"] + out).code == 64)
    #expect(try train(["--batch", "1"] + out).code == 64)
    #expect(try train(["--batch", "60000"] + out).code == 64)
    #expect(try train(["--augment", "crop:400"] + out).code == 64)
    #expect(try train(["--memory-limit", "1", "--epochs", "1"] + out).code == 64)
    let diverged = try train(["--epochs", "1", "--lr", "1e30"] + out)
    #expect(diverged.code == 65 && diverged.errors.contains("not finite"), "\(diverged.errors)")
    #expect(try train(["--epochs", "1", "--lr", "0.01", "--resume"] + out).code == 0)
    #expect(try Tool.edgeRun.run(["train", "no-such-net", "--data", pictures, "-o", folder.path("d.onnx")]).code == 66)
    #expect(
      try Tool.edgeRun.run(["train", "signnet", "--data", folder.path("nowhere"), "-o", folder.path("d.onnx")]).code
        == 66)
  }
}
