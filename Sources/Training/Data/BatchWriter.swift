import Datasets
import Imaging

/// Turns pictures into a network's input: augmented, normalised floats in NHWC order, and a row of targets each.
///
/// All that is random about a picture depends on seed, epoch and its position in the epoch's order; mixing, on the
/// position of its batch's pictures as well. So batches have the same bits on any number of threads and after a resume.
package struct BatchWriter: Sendable {
  package let pictures: DecodedDataset
  /// The network's output that stands for each class.
  package let targets: [Int]
  /// How many outputs the network has: numbers in a row of targets.
  package let outputs: Int
  package let augmentation: Augmentation
  /// The share of each target that is spread evenly over all outputs.
  package let labelSmoothing: Float
  package let seed: UInt64
  /// Normalised values of 256 samples for each channel of the network.
  private let table: [Float]

  /// - Parameters:
  ///   - targets: an output for each class, from `Dataset.targets`.
  ///   - outputs: of the network.
  ///   - augmentation: `Augmentation()` where pictures are judged rather than learned from.
  ///   - labelSmoothing: from 0 to below 1.
  ///   - seed: of all random changes.
  ///
  /// Throws `invalidOption` where augmentation does not fit the pictures' size or smoothing is no share, and
  /// `classesDoNotFit` where a target is no output.
  package init(
    _ pictures: DecodedDataset, targets: [Int], outputs: Int, augmentation: Augmentation = Augmentation(),
    labelSmoothing: Double = 0, seed: UInt64 = 0
  ) throws(DatasetError) {
    let classes = pictures.dataset.classNames.count
    guard targets.count == classes, targets.allSatisfy({ (0..<outputs).contains($0) }) else {
      throw .classesDoNotFit(path: pictures.dataset.path, classes: classes, outputs: outputs, offset: 0)
    }
    guard labelSmoothing >= 0, labelSmoothing < 1 else {
      throw .invalidOption(name: "label smoothing", reason: "\(labelSmoothing) is not from 0 to below 1")
    }
    let side = min(pictures.frame.width, pictures.frame.height)
    guard augmentation.crop < side else {
      throw .invalidOption(
        name: "augmentation", reason: "crop:\(augmentation.crop) shifts pictures of \(side) pixels out of sight")
    }
    self.pictures = pictures
    self.targets = targets
    self.outputs = outputs
    self.augmentation = augmentation
    self.labelSmoothing = Float(labelSmoothing)
    self.seed = seed
    table = pictures.preprocessing.normalizationTable()
  }

  /// Numbers of one picture.
  package var pictureExtent: Int { pictures.frameBytes }

  /// Writes a batch.
  ///
  /// - Parameters:
  ///   - indices: the pictures, in the order of the batch.
  ///   - epoch: of which the batch is a part.
  ///   - position: of the first picture in the epoch's order.
  ///   - images: at least `indices.count * pictureExtent` numbers, `[N, height, width, 3]`.
  ///   - targets: at least `indices.count * outputs` numbers, `[N, outputs]`; each row sums to 1.
  ///
  /// Throws `unreadablePicture` where pictures are not in memory and one cannot be read any more, and `invalidOption`
  /// where the memory is too small.
  package func write(
    _ indices: some RandomAccessCollection<Int>, epoch: Int, position: Int,
    images: UnsafeMutableBufferPointer<Float>, targets: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    guard images.count / max(pictureExtent, 1) >= indices.count, targets.count / max(outputs, 1) >= indices.count,
      let image = images.baseAddress, let row = targets.baseAddress
    else {
      throw .invalidOption(name: "batch", reason: "no room for \(indices.count) pictures")
    }
    for (slot, index) in indices.enumerated() {
      guard (0..<pictures.count).contains(index) else {
        throw .invalidOption(name: "batch", reason: "there is no picture \(index) among \(pictures.count)")
      }
      try pictures.withPicture(index) { picture in
        write(picture, of: index, epoch: epoch, position: position + slot, to: image + slot * pictureExtent)
      }
      writeTarget(of: index, to: row + slot * outputs)
    }
    mix(indices.count, epoch: epoch, position: position, image, row)
  }

  /// The network's output that stands for a picture's class.
  package func target(of index: Int) -> Int {
    targets[pictures.dataset.samples[index].classIndex]
  }

  /// Writes one picture's numbers, before mixing.
  func write(
    _ picture: UnsafeBufferPointer<UInt8>, of index: Int, epoch: Int, position: Int,
    to out: UnsafeMutablePointer<Float>
  ) {
    guard let source = picture.baseAddress else { return }
    var generator = RandomPurpose.picture.generator(seed: seed, epoch: epoch, position: position)
    let change = PictureChange(augmentation, frame: pictures.frame, &generator)
    let isJittered = augmentation.brightness > 0 || augmentation.contrast > 0
    let values = isJittered ? jitteredTable(change, picture) : table
    values.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress else { return }
      place(source, change, values, to: out)
    }
    if augmentation.cutout > 0 { cutOut(change, out) }
  }

  /// Writes one picture's row of targets, before mixing.
  func writeTarget(of index: Int, to row: UnsafeMutablePointer<Float>) {
    let share = labelSmoothing / Float(outputs)
    for output in 0..<outputs { row[output] = share }
    row[target(of: index)] += 1 - labelSmoothing
  }

  /// Mixes the first picture with the last, the second with the one before it, and so on; the one in the middle of an
  /// odd number stays.
  func mix(
    _ count: Int, epoch: Int, position: Int, _ images: UnsafeMutablePointer<Float>,
    _ rows: UnsafeMutablePointer<Float>
  ) {
    guard augmentation.mixup > 0 else { return }
    for first in 0..<(count / 2) {
      let last = count - 1 - first
      var generator = RandomPurpose.mixing.generator(seed: seed, epoch: epoch, position: position + first)
      let weight = MixingWeight.draw(alpha: augmentation.mixup, &generator)
      Self.blend(images + first * pictureExtent, images + last * pictureExtent, pictureExtent, weight)
      Self.blend(rows + first * outputs, rows + last * outputs, outputs, weight)
    }
  }

  private static func blend(
    _ left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>, _ count: Int, _ weight: Float
  ) {
    let other = 1 - weight
    for index in 0..<count {
      let (a, b) = (left[index], right[index])
      left[index] = weight * a + other * b
      right[index] = weight * b + other * a
    }
  }

  /// Looks every sample up, shifted and mirrored.
  private func place(
    _ source: UnsafePointer<UInt8>, _ change: PictureChange, _ values: UnsafePointer<Float>,
    to out: UnsafeMutablePointer<Float>
  ) {
    let (width, height) = (pictures.frame.width, pictures.frame.height)
    // Bytes from a row's beginning to the pixel that each column shows; -1 where that is beyond the border.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: width) { columns in
      guard let columns = columns.baseAddress else { return }
      for x in 0..<width {
        let place = place(x + change.shift.x, of: width)
        let mirrored = place >= 0 && change.isFlipped ? width - 1 - place : place
        columns[x] = place >= 0 ? mirrored * 3 : -1
      }
      var begin = 0
      var end = width
      while begin < end, columns[begin] < 0 { begin += 1 }
      while end > begin, columns[end - 1] < 0 { end -= 1 }
      let isBlueFirst = pictures.preprocessing.channels == .bgr
      for y in 0..<height {
        let row = place(y + change.shift.y, of: height)
        let to = out + y * width * 3
        guard row >= 0 else {
          Self.blacken(to, 0..<width, values)
          continue
        }
        Self.blacken(to, 0..<begin, values)
        let from = source + row * width * 3
        if isBlueFirst {
          Self.look(from, columns, begin..<end, values, (2, 1, 0), to)
        } else {
          Self.look(from, columns, begin..<end, values, (0, 1, 2), to)
        }
        Self.blacken(to, end..<width, values)
      }
    }
  }

  @inline(__always)
  private static func look(
    _ row: UnsafePointer<UInt8>, _ columns: UnsafePointer<Int>, _ range: Range<Int>, _ values: UnsafePointer<Float>,
    _ order: (Int, Int, Int), _ out: UnsafeMutablePointer<Float>
  ) {
    for x in range {
      let pixel = row + columns[x]
      let to = out + x * 3
      to[0] = values[Int(pixel[order.0])]
      to[1] = values[256 + Int(pixel[order.1])]
      to[2] = values[512 + Int(pixel[order.2])]
    }
  }

  private static func blacken(
    _ row: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ values: UnsafePointer<Float>
  ) {
    for x in range {
      row[x * 3] = values[0]
      row[x * 3 + 1] = values[256]
      row[x * 3 + 2] = values[512]
    }
  }

  /// Where a coordinate that may lie beyond the border is found; -1 for nowhere.
  @inline(__always)
  private func place(_ coordinate: Int, of count: Int) -> Int {
    if coordinate >= 0, coordinate < count { return coordinate }
    switch augmentation.border {
    case .black: return -1
    case .reflect: return coordinate < 0 ? -coordinate : 2 * (count - 1) - coordinate
    }
  }

  /// The table after brightness and contrast; samples are held within 0...255 and not rounded.
  private func jitteredTable(_ change: PictureChange, _ picture: UnsafeBufferPointer<UInt8>) -> [Float] {
    var sum = 0
    for sample in picture { sum &+= Int(sample) }
    let mean = change.brightness * Float(sum) / Float(max(picture.count, 1))
    return [Float](unsafeUninitializedCapacity: 768) { values, count in
      for channel in 0..<3 {
        for sample in 0..<256 {
          let lit = change.brightness * Float(sample)
          let changed = min(max(mean + change.contrast * (lit - mean), 0), 255)
          values[channel * 256 + sample] = pictures.preprocessing.normalized(changed, channel: channel)
        }
      }
      count = 768
    }
  }

  private func cutOut(_ change: PictureChange, _ out: UnsafeMutablePointer<Float>) {
    let (width, height) = (pictures.frame.width, pictures.frame.height)
    let left = change.cutoutCenter.x - augmentation.cutout / 2
    let top = change.cutoutCenter.y - augmentation.cutout / 2
    let columns = max(left, 0)..<min(left + augmentation.cutout, width)
    for y in max(top, 0)..<min(top + augmentation.cutout, height) {
      // Normalised, the mean colour is 0.
      (out + (y * width + columns.lowerBound) * 3).update(repeating: 0, count: columns.count * 3)
    }
  }
}
