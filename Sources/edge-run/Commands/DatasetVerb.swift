import ArgumentParser
import Datasets

/// `dataset`: writes a generated data set.
struct DatasetVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Writes an embedded, generated data set as a folder of class folders.",
    discussion: """
      The same seed gives the same pictures. Interrupted, the same command goes on where it was.

      Example:
        edge-run dataset signs pictures/ --images 1600 --seed 7

      signs: road signs of 16 kinds as a camera in a car sees them, 64 x 64 pixels.
      shapes: objects of 12 kinds in any colour before any scenery, 32 x 32 pixels.
      """)

  @Argument(help: "Which: \(GeneratedDataset.allCases.map(\.rawValue).joined(separator: ", ")).") var name: String
  @Argument(help: "The folder to write; made if it is not there.") var directory: String
  @Option(help: "How many pictures, shared evenly among the classes.") var images = GeneratedDataset.defaultCount
  @Option(help: "The seed that decides everything about them.") var seed: UInt64 = 1
  @Option(help: "Width and height of each picture, 16 to 1024; 64 for signs and 32 for shapes if not given.")
  var size: Int?
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.check()
      let dataset = try GeneratedDataset(named: name)
      let writer = GeneratedDatasetWriter(dataset, folder: directory, count: images, seed: seed, size: size)
      var bar = ProgressBar(name, total: images, unit: "pictures", quiet: common.quiet)
      try writer.write(threads: common.threadCount()) { done, _ in
        bar.update(done)
        return !Interruption.isRequested
      }
      bar.finish()
      if common.json {
        try JSONOutput.write(Summary(classes: dataset.classNames.count, images: images))
      } else {
        Terminal.out("\(directory): \(images) pictures in \(dataset.classNames.count) classes")
      }
    }
  }

  /// The JSON contract's fields.
  private struct Summary: Encodable {
    let classes: Int
    let images: Int
  }
}
