import Imaging

/// Data sets that this project draws itself. Every picture depends on the seed and its index alone: the same on every
/// machine, in any order, on any number of threads.
package enum GeneratedDataset: String, Sendable, CaseIterable {
  /// Road signs of sixteen kinds, as a camera in a car sees them.
  case signs
  /// Objects of twelve kinds in any colour before any scenery.
  case shapes

  /// What `picture` accepts.
  package static let sizes = 16...1024
  /// How many pictures `edge-run dataset` writes unless told otherwise.
  package static let defaultCount = 3200

  /// Width and height of a picture unless another size is asked for.
  package var defaultSize: Int {
    switch self {
    case .signs: 64
    case .shapes: 32
    }
  }

  /// Throws `unknownGenerator`, which lists what there is.
  package init(named name: String) throws(DatasetError) {
    guard let dataset = GeneratedDataset(rawValue: name) else {
      throw .unknownGenerator(name: name, available: Self.allCases.map(\.rawValue))
    }
    self = dataset
  }

  /// Counts up whenever pictures of existing seeds change, so that folders of different versions are never mixed.
  package var version: Int {
    switch self {
    case .signs, .shapes: 1
    }
  }

  /// The classes, in the order of their names.
  package var classNames: [String] {
    switch self {
    case .signs: SignKind.allCases.map(\.rawValue)
    case .shapes: ShapeKind.allCases.map(\.rawValue)
    }
  }

  /// The class of a picture: classes take turns, so any number of pictures is balanced to within one.
  package func classIndex(ofPicture index: Int) -> Int {
    let count = classNames.count
    return (index % count + count) % count
  }

  /// Draws a picture.
  ///
  /// - Parameters:
  ///   - index: which; from 0.
  ///   - seed: of the data set.
  ///   - size: width and height, of `sizes`; `defaultSize` where nil.
  package func image(
    index: Int, seed: UInt64, size: Int? = nil
  ) throws(DatasetError) -> (image: RGBImage, quality: Int) {
    let size = size ?? defaultSize
    guard Self.sizes.contains(size) else {
      throw .invalidOption(name: "size", reason: "\(size) is not within \(Self.sizes)")
    }
    let kind = classIndex(ofPicture: index)
    var generator = SeededGenerator(seed: seed, stream: UInt64(bitPattern: Int64(index)))
    do throws(ImageError) {
      switch self {
      case .signs: return try SignPainter.paint(SignKind.allCases[kind], size: size, &generator)
      case .shapes: return try ShapePainter.paint(ShapeKind.allCases[kind], size: size, &generator)
      }
    } catch {
      throw .unreadablePicture(name: "\(rawValue) \(index)", reason: error.message)
    }
  }

  /// Draws a picture and encodes it as it would come from its camera.
  package func picture(
    index: Int, seed: UInt64, size: Int? = nil
  ) throws(DatasetError) -> GeneratedPicture {
    let (image, quality) = try image(index: index, seed: seed, size: size)
    do throws(ImageError) {
      return GeneratedPicture(
        classIndex: classIndex(ofPicture: index), jpeg: try ImageEncoder.jpeg(image, quality: quality))
    } catch {
      throw .unreadablePicture(name: "\(rawValue) \(index)", reason: error.message)
    }
  }
}
