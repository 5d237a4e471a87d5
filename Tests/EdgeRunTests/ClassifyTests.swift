import Foundation
import TestSupport
import Testing

@Suite struct ClassifyTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try TinyClassifier.write(to: folder)
  }

  private func top(_ object: [String: Any]) -> [[String: Any]] { object["top"] as? [[String: Any]] ?? [] }

  @Test func labelsColours() throws {
    let pictures = [
      try folder.write(TinyClassifier.picture(220, 10, 10), to: "r.png"),
      try folder.write(TinyClassifier.picture(10, 30, 200), to: "b.png"),
    ]
    let result = try Tool.edgeRun.run(["classify", model] + pictures + ["--json"])
    #expect(result.code == 0 && result.objects.count == 2)
    for (object, (picture, label)) in zip(result.objects, zip(pictures, ["red", "blue"])) {
      #expect(object["image"] as? String == picture)
      #expect(top(object).first?["label"] as? String == label)
      #expect(top(object).compactMap { $0["score"] as? Double }.reduce(0, +) > 0.999)
      for key in ["decode_ms", "preprocess_ms", "infer_ms"] { #expect(object[key] is Double) }
    }
  }

  @Test func readsStandardInputAndFolders() throws {
    let picture = try TinyClassifier.picture(1, 250, 2)
    try folder.write(picture, to: "pictures/a.png")
    try folder.write(picture, to: "pictures/inner/b.png")
    let walked = try Tool.edgeRun.run(["classify", model, folder.path("pictures"), "--json", "--top", "1"])
    #expect(walked.code == 0 && walked.objects.count == 2)
    let piped = try Tool.edgeRun.run(["classify", model, "-", "--json", "--top", "1"], input: Data(picture))
    #expect(piped.code == 0 && top(piped.objects[0]).first?["label"] as? String == "green")
  }

  @Test func waitingForStandardInputCanBeInterrupted() throws {
    let plan = folder.path("tiny.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan]).code == 0)
    for (tool, source) in [
      (Tool.edgeRun, ["-"]), (.edgeRun, ["--stream", "mjpeg"]), (.edgeNode, ["-"]), (.edgeNode, ["--stream", "mjpeg"]),
    ] {
      let result = try tool.run(
        ["classify", plan] + source, input: nil, interruptedWhen: { Tool.catchesInterrupts($0) })
      #expect(result.code == 75 && result.errors.contains("interrupted"), "\(tool.name) \(source): \(result.errors)")
    }
  }

  @Test func aBadPictureDoesNotStopTheRest() throws {
    let good = try TinyClassifier.picture(250, 2, 2)
    let pictures = [
      try folder.write(Array(good.prefix(good.count / 2)), to: "cut.png"),
      try folder.write("no picture", to: "text.jpg"),
      try folder.write(good, to: "good.png"),
    ]
    let result = try Tool.edgeRun.run(["classify", model] + pictures + ["--json"])
    #expect(result.code == 65 && result.objects.count == 3)
    #expect(result.objects[0]["error"] is String && result.objects[1]["error"] is String)
    #expect(top(result.objects[2]).first?["label"] as? String == "red")
    #expect(result.errors.contains("cut.png") && result.errors.contains("text.jpg"))
  }

  @Test func missingFilesAre66() throws {
    let picture = try folder.write(TinyClassifier.picture(1, 2, 3), to: "p.png")
    #expect(try Tool.edgeRun.run(["classify", folder.path("none.onnx"), picture]).code == 66)
    #expect(try Tool.edgeRun.run(["classify", model, folder.path("none.png")]).code == 66)
    #expect(try Tool.edgeRun.run(["classify", model, picture, "--labels", folder.path("none.txt")]).code == 66)
    let typo = try Tool.edgeRun.run(["classify", model, picture, "--preprocess", "imagenett"])
    #expect(typo.code == 66 && typo.errors.contains("imagenet"))
  }

  @Test func labelsOfTheWrongLengthAreRefused() throws {
    let picture = try folder.write(TinyClassifier.picture(1, 2, 3), to: "p.png")
    let labels = try folder.write("one\ntwo\n", to: "labels.txt")
    let result = try Tool.edgeRun.run(["classify", model, picture, "--labels", labels])
    #expect(result.code == 65 && result.errors.contains("2 labels") && result.errors.contains("3 outputs"))
  }

  @Test func aFolderWithoutPicturesIsRefused() throws {
    try folder.write("nothing here", to: "empty/readme.txt")
    #expect(try Tool.edgeRun.run(["classify", model, folder.path("empty")]).code == 65)
  }

  @Test func wrongUsageIs64() throws {
    let picture = try folder.write(TinyClassifier.picture(1, 2, 3), to: "p.png")
    for arguments in [
      ["classify", model], ["classify", model, picture, "--top", "0"], ["classify", model, picture, "--threads", "0"],
      ["classify", model, picture, "--isa", "mmx"], ["classify", model, picture, "--frob"], ["frobnicate"],
    ] {
      #expect(try Tool.edgeRun.run(arguments).code == 64, "\(arguments)")
    }
    #if arch(x86_64)
      let foreign = try Tool.edgeRun.run(["classify", model, picture, "--isa", "neon"])
    #else
      let foreign = try Tool.edgeRun.run(["classify", model, picture, "--isa", "avx2"])
    #endif
    #expect(foreign.code == 64 && foreign.errors.contains("scalar"))
  }

  @Test func theBoardsProgramAgrees() throws {
    let picture = try folder.write(TinyClassifier.picture(90, 80, 85), to: "p.png")
    let plan = folder.path("tiny.edge")
    #expect(try Tool.edgeRun.run(["compile", model, "-o", plan]).code == 0)
    let here = try Tool.edgeRun.run(["classify", plan, picture, "--json"])
    let board = try Tool.edgeNode.run(["classify", plan, picture, "--json"])
    #expect(here.code == 0 && board.code == 0)
    func scores(_ result: Tool.Result) -> [String] {
      result.objects.flatMap(top).map { "\($0["label"] ?? "") \($0["score"] ?? 0)" }
    }
    #expect(scores(here) == scores(board) && scores(here).count == 3)
  }
}
