import Datasets

/// A data set that the command line or a job names.
enum DatasetOption {
  /// Opens it. Which of its parts is taken where none was named is told, as it decides what a result means.
  static func open(
    _ path: String, split: String? = nil, for purpose: DatasetPurpose, quiet: Bool
  ) throws(DatasetError) -> Dataset {
    let dataset = try Dataset.open(path, split: split, for: purpose)
    if split == nil, let part = dataset.split, !quiet {
      Terminal.error("edge-run: \(path): its part '\(part)' is taken for \(purpose.rawValue)")
    }
    return dataset
  }
}
