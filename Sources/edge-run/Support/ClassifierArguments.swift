import ArgumentParser
import Classification
import Imaging

/// How pictures go into a classifier and what its outputs mean: options of `classify` and `eval`.
struct ClassifierArguments: ParsableArguments {
  @Option(help: "Labels: a file with one a line (default: those in the model).") var labels: String?

  @Option(
    help:
      "How pictures are prepared: \(PreprocessingPreset.allCases.map(\.rawValue).joined(separator: ", ")), or a file (default: what the model says)."
  )
  var preprocess: String?

  @Option(help: "Outputs before class 0: 1 where the first output is 'background'.") var classOffset = 0

  func options(threads: Int) -> ClassifierOptions {
    ClassifierOptions(threads: threads, preprocessing: preprocess, labels: labels, classOffset: classOffset)
  }
}
