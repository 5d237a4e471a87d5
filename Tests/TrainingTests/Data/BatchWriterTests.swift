import Datasets
import Imaging
import Testing
import Training

@Suite struct BatchWriterTests {
  private let fixture: PictureFixture

  init() throws { fixture = try PictureFixture(count: 20) }

  private func writer(
    _ text: String = "none", smoothing: Double = 0, seed: UInt64 = 7,
    preprocessing: Preprocessing = PictureFixture.preprocessing
  ) throws -> BatchWriter {
    try BatchWriter(
      try fixture.decoded(preprocessing: preprocessing), targets: Array(0..<10), outputs: 10,
      augmentation: Augmentation(text: text), labelSmoothing: smoothing, seed: seed)
  }

  private func write(
    _ writer: BatchWriter, _ indices: [Int], epoch: Int = 0, position: Int = 0
  ) throws -> (images: [Float], targets: [Float]) {
    var images = [Float](repeating: .nan, count: indices.count * writer.pictureExtent)
    var targets = [Float](repeating: .nan, count: indices.count * writer.outputs)
    try images.withUnsafeMutableBufferPointer { images in
      try targets.withUnsafeMutableBufferPointer { targets in
        try writer.write(indices, epoch: epoch, position: position, images: images, targets: targets)
      }
    }
    return (images, targets)
  }

  /// One picture as `Preprocessing` itself makes it.
  private func plain(_ index: Int, _ preprocessing: Preprocessing = PictureFixture.preprocessing) throws -> [Float] {
    guard case .pixels(let width, let height, let rgb) = try fixture.dataset.load(fixture.dataset.samples[index]) else {
      return []
    }
    let image = try RGBImage(width: width, height: height) { _ = $0.update(fromContentsOf: rgb) }
    var samples = [Float](repeating: .nan, count: 3072)
    try samples.withUnsafeMutableBufferPointer {
      try preprocessing.apply(image, into: $0, layout: .nhwc(width: 32, height: 32))
    }
    return samples
  }

  @Test(arguments: [ChannelOrder.rgb, .bgr]) func plainPicturesEqualPreprocessing(channels: ChannelOrder) throws {
    var preprocessing = PictureFixture.preprocessing
    preprocessing.channels = channels
    let (images, targets) = try write(writer(preprocessing: preprocessing), [3, 0, 19])
    #expect(try images == plain(3, preprocessing) + plain(0, preprocessing) + plain(19, preprocessing))
    for (row, label) in [3, 0, 9].enumerated() {
      #expect(Array(targets[(row * 10)..<(row * 10 + 10)]) == (0..<10).map { $0 == label ? 1 : 0 })
    }
  }

  @Test func smoothingSpreadsAShare() throws {
    let targets = try write(writer(smoothing: 0.1), [4]).targets
    for (output, target) in targets.enumerated() { #expect(abs(target - (output == 4 ? 0.91 : 0.01)) < 1e-6) }
  }

  /// What a shift and a mirroring make of a picture; nil for black.
  private func moved(
    _ picture: [Float], x shiftX: Int, y shiftY: Int, flipped: Bool, reflects: Bool, black: [Float]
  ) -> [Float] {
    func place(_ coordinate: Int) -> Int? {
      if (0..<32).contains(coordinate) { return coordinate }
      return reflects ? (coordinate < 0 ? -coordinate : 62 - coordinate) : nil
    }
    var result: [Float] = []
    for y in 0..<32 {
      for x in 0..<32 {
        // The crop is mirrored, border and all.
        if let row = place(y + shiftY), let column = place(x + shiftX) {
          let shown = flipped ? 31 - column : column
          result += picture[((row * 32 + shown) * 3)..<((row * 32 + shown) * 3 + 3)]
        } else {
          result += black
        }
      }
    }
    return result
  }

  @Test(arguments: ["crop:3,flip", "crop:3:reflect,flip"]) func cropsAreShiftsWithinReach(text: String) throws {
    let writer = try writer(text)
    let table = PictureFixture.preprocessing.normalizationTable()
    let black = [table[0], table[256], table[512]]
    var shifts: Set<[Int]> = []
    for position in 0..<120 {
      let found = try write(writer, [position % 20], position: position).images
      let picture = try plain(position % 20)
      let matches = (-3...3).flatMap { y in (-3...3).flatMap { x in [false, true].map { (x, y, $0) } } }.filter {
        found == moved(picture, x: $0.0, y: $0.1, flipped: $0.2, reflects: text.contains("reflect"), black: black)
      }
      #expect(matches.count == 1)
      if let match = matches.first { shifts.insert([match.0, match.1, match.2 ? 1 : 0]) }
    }
    #expect(shifts.count > 60, "98 are possible")
    #expect(Set(shifts.map { $0[0] }) == Set(-3...3) && Set(shifts.map { $0[1] }) == Set(-3...3))
  }

  @Test func cutoutLeavesTheRest() throws {
    let writer = try writer("cutout:8")
    let picture = try plain(1)
    var sizes: [Int] = []
    for position in 0..<50 {
      let found = try write(writer, [1], position: position).images
      var erased = 0
      for pixel in 0..<1024 {
        let samples = Array(found[(pixel * 3)..<(pixel * 3 + 3)])
        if samples == [0, 0, 0] {
          erased += 1
        } else {
          #expect(samples == Array(picture[(pixel * 3)..<(pixel * 3 + 3)]))
        }
      }
      sizes.append(erased)
    }
    #expect(sizes.max() == 64 && sizes.allSatisfy { $0 >= 16 })
    #expect(Set(sizes).count > 1, "squares at the border are clipped")
  }

  @Test func brightnessAndContrastStayInRange() throws {
    let table = PictureFixture.preprocessing.normalizationTable()
    let picture = try plain(2)
    for text in ["brightness:0.5", "contrast:0.5", "brightness:1,contrast:1"] {
      let writer = try writer(text)
      var means: [Float] = []
      for position in 0..<20 {
        let found = try write(writer, [2], position: position).images
        #expect(found != picture)
        for (place, value) in found.enumerated() {
          let channel = place % 3 * 256
          #expect(value >= table[channel] - 1e-4 && value <= table[channel + 255] + 1e-4)
        }
        means.append(found.reduce(0, +) / 3072)
      }
      let spread = (means.max() ?? 0) - (means.min() ?? 0)
      // Contrast alone leaves the mean where it is.
      #expect(text == "contrast:0.5" ? spread < 0.25 : spread > 0.5, "\(text): \(spread)")
    }
  }

  @Test func mixupBlendsPairsAndTheirTargets() throws {
    let indices = [0, 11, 2, 13, 4]
    let plain = try write(writer("flip"), indices, position: 30)
    let mixed = try write(writer("flip,mixup:0.5"), indices, position: 30)
    for first in 0..<3 {
      let last = 4 - first
      let weight = mixed.targets[first * 10 + indices[first] % 10]
      if first == last { #expect(weight == 1) }
      for (here, there, share) in [(first, last, weight), (last, first, weight)] {
        for offset in 0..<3072 {
          let expected = share * plain.images[here * 3072 + offset] + (1 - share) * plain.images[there * 3072 + offset]
          #expect(abs(mixed.images[here * 3072 + offset] - expected) < 1e-5)
        }
        #expect(abs(mixed.targets[(here * 10)..<(here * 10 + 10)].reduce(0, +) - 1) < 1e-6)
      }
    }
  }

  /// Mean 1/2 and variance 1 / (8 a + 4), as the beta distribution has them.
  @Test(arguments: ["0.1", "1", "4"]) func mixupWeightsAreBetaDistributed(alpha: String) throws {
    let writer = try writer("mixup:\(alpha)")
    var weights: [Double] = []
    for position in 0..<400 {
      weights.append(Double(try write(writer, [0, 1], position: position).targets[0]))
    }
    let mean = weights.reduce(0, +) / 400
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399
    let expected = try 1 / (8 * #require(Double(alpha)) + 4)
    #expect(abs(mean - 0.5) < 4 * (expected / 400).squareRoot())
    #expect(abs(variance - expected) < 0.25 * expected)
  }

  @Test func randomnessBelongsToThePosition() throws {
    let writer = try writer("crop:4,flip,cutout:6,brightness:0.3,contrast:0.3")
    let together = try write(writer, [5, 6, 7], epoch: 2, position: 40).images
    for slot in 0..<3 {
      let alone = try write(writer, [5 + slot], epoch: 2, position: 40 + slot).images
      #expect(Array(together[(slot * 3072)..<(slot * 3072 + 3072)]) == alone)
    }
    #expect(try write(writer, [5], epoch: 3, position: 40).images != write(writer, [5], epoch: 2, position: 40).images)
    #expect(
      try write(self.writer("crop:4,flip", seed: 8), [5]).images != write(self.writer("crop:4,flip"), [5]).images)
    // A step more leaves the others' results as they were.
    let cropped = try write(self.writer("crop:4"), [5], position: 3).images
    let both = try write(self.writer("crop:4,cutout:2"), [5], position: 3).images
    #expect(zip(cropped, both).count { $0 != $1 } <= 12)
  }

  @Test func wrongArgumentsAreErrors() throws {
    let decoded = try fixture.decoded()
    func fails(_ body: () throws(DatasetError) -> Void) {
      do throws(DatasetError) {
        try body()
        Issue.record("no error")
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    var far = Augmentation()
    far.crop = 32
    fails { () throws(DatasetError) in
      _ = try BatchWriter(decoded, targets: Array(0..<10), outputs: 10, augmentation: far)
    }
    fails { () throws(DatasetError) in _ = try BatchWriter(decoded, targets: Array(0..<10), outputs: 9) }
    fails { () throws(DatasetError) in _ = try BatchWriter(decoded, targets: [0, 1], outputs: 9) }
    fails { () throws(DatasetError) in
      _ = try BatchWriter(decoded, targets: Array(0..<10), outputs: 10, labelSmoothing: 1)
    }
    let writer = try writer()
    var few = [Float](repeating: 0, count: 3071)
    let small = few.withUnsafeMutableBufferPointer { few -> DatasetError? in
      do throws(DatasetError) {
        try writer.write([0], epoch: 0, position: 0, images: few, targets: few)
        return nil
      } catch {
        return error
      }
    }
    #expect(small != nil)
    #expect(throws: DatasetError.self) { try write(writer, [20]) }
    #expect(throws: DatasetError.self) { try write(writer, [-1]) }
  }
}
