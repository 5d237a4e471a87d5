/// What can be wrong with a data set, one of its pictures, or the place it is to be written to.
package enum DatasetError: Error, Equatable, Sendable {
  /// Nothing lies at the path (exit code 66).
  case missing(path: String)
  /// The path exists and cannot be opened or listed (exit code 66).
  case unreadable(path: String, reason: String)
  /// The path is no data set of a known kind (exit code 65).
  case unrecognised(path: String, reason: String)
  /// A data set without a single picture (exit code 65).
  case noPictures(path: String)
  /// Pictures lie in the data set's root instead of in one folder a class (exit code 65).
  case noClassFolders(path: String)
  /// A class has a folder and no pictures (exit code 65).
  case emptyClass(path: String, name: String)
  /// The layout has several parts and none was chosen (exit code 65).
  case splitRequired(path: String, available: [String])
  /// The chosen part does not exist (exit code 65).
  case unknownSplit(path: String, split: String, available: [String])
  /// A tar archive is cut short or damaged at a byte offset (exit code 65).
  case damagedArchive(path: String, offset: UInt64, reason: String)
  /// A binary batch's size is no multiple of its record's (exit code 65).
  case wrongRecordSize(path: String, bytes: UInt64, recordBytes: Int)
  /// A label of a binary batch is no class (exit code 65).
  case badLabel(path: String, record: Int, label: Int, classes: Int)
  /// A row of an index file is wrong; `line` counts from 1 (exit code 65).
  case malformedIndex(path: String, line: Int, reason: String)
  /// More of something than a data set may have (exit code 65).
  case limitExceeded(path: String, what: String, limit: Int)
  /// One picture cannot be read or decoded: it is skipped and counted (exit code 65 at the end).
  case unreadablePicture(name: String, reason: String)
  /// Not one picture could be used (exit code 65).
  case noUsablePictures(path: String, reason: String)
  /// Not one picture of a class could be used (exit code 65).
  case unreadableClass(path: String, name: String, reason: String)
  /// A sample's class, named by its index, is none of the network's outputs (exit code 65).
  case labelOutsideOutputs(name: String, label: Int, outputs: Int, offset: Int)
  /// The data set's classes do not fit the network's outputs (exit code 65).
  case classesDoNotFit(path: String, classes: Int, outputs: Int, offset: Int)
  /// Sizes of parts that are no split (exit code 64).
  case invalidSplit(reason: String)
  /// No generated data set has this name (exit code 64).
  case unknownGenerator(name: String, available: [String])
  /// An option of a generated data set is out of range (exit code 64).
  case invalidOption(name: String, reason: String)
  /// A file or folder cannot be created, or something foreign is in the way (exit code 73).
  case cannotCreate(path: String, reason: String)
  /// Writing failed midway (exit code 74).
  case writeFailed(path: String, reason: String)
  /// The writer was asked to stop (exit code 75).
  case interrupted(path: String)

  /// The exit code of a command that ends with this error (sysexits).
  package var exitCode: Int32 {
    switch self {
    case .invalidSplit, .unknownGenerator, .invalidOption: 64
    case .missing, .unreadable: 66
    case .cannotCreate: 73
    case .writeFailed: 74
    case .interrupted: 75
    case .unrecognised, .noPictures, .noClassFolders, .emptyClass, .splitRequired, .unknownSplit, .damagedArchive,
      .wrongRecordSize, .badLabel, .malformedIndex, .limitExceeded, .unreadablePicture, .noUsablePictures,
      .unreadableClass, .labelOutsideOutputs, .classesDoNotFit:
      65
    }
  }

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .missing(let path): "\(path): no such file or folder"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unrecognised(let path, let reason):
      "\(path): not a data set: \(reason). Known kinds: a folder of class folders, the same in a .tar, "
        + "CIFAR-10 binary batches, a folder with index.csv"
    case .noPictures(let path): "\(path): holds no pictures (.jpg, .jpeg, .jpe, .jfif, .png)"
    case .noClassFolders(let path):
      "\(path): pictures lie beside each other without class folders; "
        + "put each class's pictures in a folder of its own, or add an index.csv with file,class_index"
    case .emptyClass(let path, let name):
      "\(path): class folder '\(name)' holds no pictures; fill it, or remove it so that it is no class"
    case .splitRequired(let path, let available):
      "\(path): has the parts \(available.joined(separator: ", ")); choose one with --split, or name its own folder or file"
    case .unknownSplit(let path, let split, let available):
      "\(path): has no part '\(split)'"
        + (available.isEmpty ? "; leave --split out" : "; there are: \(available.joined(separator: ", "))")
    case .damagedArchive(let path, let offset, let reason):
      "\(path): at byte \(offset): \(reason); the archive is damaged or was copied incompletely, fetch it again"
    case .wrongRecordSize(let path, let bytes, let recordBytes):
      "\(path): \(bytes) bytes are no whole number of \(recordBytes)-byte CIFAR-10 records (one label byte and "
        + "3,072 pixel bytes each); the file is cut short or of another format"
    case .badLabel(let path, let record, let label, let classes):
      "\(path): record \(record) has label \(label) and there are \(classes) classes; "
        + "the file is damaged or no CIFAR-10 batch"
    case .malformedIndex(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .limitExceeded(let path, let what, let limit): "\(path): more than \(limit) \(what)"
    case .unreadablePicture(let name, let reason): "\(name): \(reason)"
    case .noUsablePictures(let path, let reason): "\(path): not one picture can be used; the first: \(reason)"
    case .unreadableClass(let path, let name, let reason):
      "\(path): not one picture of class '\(name)' can be used; the first: \(reason)"
    case .labelOutsideOutputs(let name, let label, let outputs, let offset):
      "\(name): class index \(label)"
        + (offset == 0 ? "" : " with offset \(offset)")
        + " is none of the network's \(outputs) outputs (0 to \(outputs - 1)); correct the index, use the network that "
        + "it was made for, or set --class-offset"
    case .classesDoNotFit(let path, let classes, let outputs, let offset):
      "\(path): \(classes) classes"
        + (offset == 0 ? "" : " with offset \(offset)")
        + " do not fit the network's \(outputs) outputs; use the data set it was trained for, or set --class-offset"
    case .invalidSplit(let reason): "split: \(reason)"
    case .unknownGenerator(let name, let available):
      "no generated data set '\(name)'; there are: \(available.joined(separator: ", "))"
    case .invalidOption(let name, let reason): "\(name): \(reason)"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .writeFailed(let path, let reason): "\(path): writing failed: \(reason)"
    case .interrupted(let path):
      "\(path): interrupted; the same command goes on from where it was"
    }
  }
}
