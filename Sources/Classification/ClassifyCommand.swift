import CPlatform
import Imaging
import Runtime

/// The verb `classify`, shared by edge-run and edge-node: same output, same exit codes.
package struct ClassifyCommand: Sendable {
  /// Files, folders, and `-` for standard input.
  package var images: [String]
  /// Whether standard input is a stream of JPEGs instead of `images`.
  package var readsMotionJPEG: Bool
  /// How many classes are told for each picture.
  package var top: Int
  /// JSON, one object a picture, instead of text.
  package var json: Bool
  /// Instead of text the picture itself and bars, for terminals with 24-bit colours.
  package var draws = false
  /// No warnings.
  package var quiet: Bool
  package var options: ClassifierOptions

  package init(
    images: [String], readsMotionJPEG: Bool = false, top: Int = 5, json: Bool = false, quiet: Bool = false,
    options: ClassifierOptions = ClassifierOptions()
  ) {
    self.images = images
    self.readsMotionJPEG = readsMotionJPEG
    self.top = top
    self.json = json
    self.quiet = quiet
    self.options = options
  }

  /// Classifies all pictures, writes results to standard output and complaints to standard error.
  ///
  /// - Parameters:
  ///   - program: What complaints begin with.
  ///   - isInterrupted: Asked before every picture; true ends the run with exit code 75.
  /// - Returns: The exit code: 0; 65 where a picture is damaged; 66 where one cannot be read and none is damaged; 74
  ///   where writing failed; 75 where interrupted.
  /// - Throws: What is wrong with the model, labels, preprocessing or folders, before any picture is classified.
  package func run(
    _ plan: Plan, program: String, isInterrupted: () -> Bool = { false }
  ) throws(ClassificationError) -> Int32 {
    var classifier = try Classifier(plan, options)
    if classifier.preparation.isAssumed, !quiet {
      Console.complain(
        "\(program): warning: the model does not say how pictures are prepared for it: assuming "
          + "'\(PreprocessingPreset.imagenet.rawValue)'; --preprocess sets it")
    }
    if readsMotionJPEG { return try runStream(&classifier, program, isInterrupted) }
    var outcome = Outcome()
    for path in try PictureList.expand(images) {
      if isInterrupted() { return interrupted(outcome, program) }
      guard let code = report(path, &classifier, program, isInterrupted) else { return interrupted(outcome, program) }
      outcome.add(code)
      if outcome.writingFailed { break }
    }
    return outcome.exitCode
  }

  /// Classifies the pictures of a stream on standard input until it ends.
  private func runStream(
    _ classifier: inout Classifier, _ program: String, _ isInterrupted: () -> Bool
  ) throws(ClassificationError) -> Int32 {
    var outcome = Outcome()
    var reader = MotionJPEGReader(descriptor: 0)
    do throws(ClassificationError) {
      while !outcome.writingFailed {
        let name = "-#\(outcome.count + 1)"
        guard let code = try reader.next({ report(name, $0, &classifier, program) }) else { break }
        outcome.add(code)
        if isInterrupted() { return interrupted(outcome, program) }
      }
    } catch {
      // A read that waited for the camera ends with an error when interrupted.
      if isInterrupted() { return interrupted(outcome, program) }
      throw error
    }
    if outcome.count == 0 { throw .stream(reason: "there is no JPEG in it") }
    return outcome.exitCode
  }

  private func interrupted(_ outcome: Outcome, _ program: String) -> Int32 {
    Console.complain("\(program): interrupted after \(outcome.count) pictures; the same command starts again")
    return 75
  }

  /// Classifies one file and writes the result. Returns its exit code; nil where waiting for standard input was
  /// interrupted.
  private func report(
    _ path: String, _ classifier: inout Classifier, _ program: String, _ isInterrupted: () -> Bool
  ) -> Int32? {
    do throws(ClassificationError) {
      let file = try FileContents(path: path)
      return report(path, file.bytes, &classifier, program)
    } catch {
      if path == "-", isInterrupted() { return nil }
      return write(error, of: path, program)
    }
  }

  private func report(
    _ name: String, _ bytes: UnsafeRawBufferPointer, _ classifier: inout Classifier, _ program: String
  ) -> Int32 {
    do throws(ClassificationError) {
      let result = try classifier.classify(bytes, top: top)
      let text = try text(of: result, name, bytes, classifier.labels)
      return Console.write(text) ? 0 : 74
    } catch {
      return write(error, of: name, program)
    }
  }

  private func text(
    of result: Classification, _ name: String, _ bytes: UnsafeRawBufferPointer, _ labels: ClassLabels?
  ) throws(ClassificationError) -> String {
    if json { return result.json(image: name, labels: labels).text }
    guard draws else { return result.text(image: name, labels: labels) }
    do throws(ImageError) {
      return try result.drawing(of: ImageDecoder(minimumShortSide: 256).decode(bytes), image: name, labels: labels)
    } catch {
      throw .picture(error)
    }
  }

  private func write(_ error: ClassificationError, of name: String, _ program: String) -> Int32 {
    // Messages of unreadable files begin with their path already.
    var reason = error.message
    if case .unreadable(_, let system) = error { reason = "cannot be read: \(system)" }
    Console.complain("\(program): \(name): \(reason)")
    if json {
      var object = JSONObject()
      object.set("image", name)
      object.set("error", reason)
      if !Console.write(object.text) { return 74 }
    }
    return error.exitCode
  }

  /// The exit codes of all pictures so far as one.
  private struct Outcome {
    var count = 0
    var exitCode: Int32 = 0
    var writingFailed: Bool { exitCode == 74 }

    mutating func add(_ code: Int32) {
      count += 1
      // A damaged picture outweighs a missing one, and full disks everything.
      switch (exitCode, code) {
      case (74, _), (_, 0): break
      case (65, 66): break
      default: exitCode = code
      }
    }
  }
}
