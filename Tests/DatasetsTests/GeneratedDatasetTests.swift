import Datasets
import Imaging
import Testing

@Suite struct GeneratedDatasetTests {
  private let signs = GeneratedDataset.signs

  /// FNV-1a over all samples.
  private func hash(_ image: RGBImage) -> UInt64 {
    image.withPixels { pixels in
      pixels.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
  }

  /// Pinned: these pictures are the same on every machine. Whoever changes them raises `GeneratedDataset.version`,
  /// trains the network again and gives its new accuracy.
  @Test(arguments: [
    (GeneratedDataset.signs, 18_439_911_191_155_540_375 as UInt64), (.shapes, 15_534_601_469_705_081_611),
  ])
  func picturesAreTheSameEverywhere(dataset: GeneratedDataset, pinned: UInt64) throws {
    var hashes: UInt64 = 0
    for index in 0..<64 { hashes = hashes &* 31 &+ hash(try dataset.image(index: index, seed: 1).image) }
    #expect(hashes == pinned, "pictures have changed: now \(hashes)")
  }

  @Test func bytesDependOnSeedAndIndexAlone() throws {
    let picture = try signs.picture(index: 21, seed: 9)
    #expect(try signs.picture(index: 21, seed: 9) == picture)
    #expect(try signs.picture(index: 21, seed: 10).jpeg != picture.jpeg)
    #expect(try signs.picture(index: 37, seed: 9).jpeg != picture.jpeg)
    let parallel = Prefetcher(count: 30, threads: 3) { index throws(DatasetError) in
      try GeneratedDataset.signs.picture(index: index, seed: 9)
    }
    for (index, outcome) in parallel.enumerated() {
      #expect(try outcome.get() == signs.picture(index: index, seed: 9))
    }
  }

  @Test func classesAreBalancedAndSorted() throws {
    #expect(signs.classNames.count == 16)
    #expect(signs.classNames == signs.classNames.sorted())
    #expect(Set((0..<16).map(signs.classIndex)).count == 16)
    #expect(try signs.picture(index: 18, seed: 1).classIndex == 2)
  }

  @Test func shapesAreSmallAndOfTwelveKinds() throws {
    let shapes = GeneratedDataset.shapes
    #expect(shapes.classNames.count == 12 && shapes.classNames == shapes.classNames.sorted())
    for index in 0..<24 {
      let image = try ImageDecoder().decode(try shapes.picture(index: index, seed: 2).jpeg)
      #expect(image.width == 32 && image.height == 32)
      let range = image.withPixels { pixels in (pixels.max() ?? 0) - (pixels.min() ?? 0) }
      #expect(range > 30, "a picture must show something")
    }
  }

  @Test func picturesAreVariedPhotographs() throws {
    var means: [Double] = []
    var small = 0
    for index in 0..<96 {
      let picture = try signs.picture(index: index, seed: 4)
      let image = try ImageDecoder().decode(picture.jpeg)
      #expect(image.width == 64 && image.height == 64)
      let (mean, deviation) = image.withPixels { pixels -> (Double, Double) in
        let mean = pixels.reduce(0.0) { $0 + Double($1) } / Double(pixels.count)
        return (mean, (pixels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 12_288).squareRoot())
      }
      means.append(mean)
      if deviation < 12 { small += 1 }
    }
    #expect(small < 10, "a picture must show something")
    #expect(means.max() ?? 0 > 140 && means.min() ?? 255 < 70, "day and night")
  }

  @Test func otherSizesShowTheSame() throws {
    let large = try signs.image(index: 3, seed: 1, size: 160)
    #expect(large.image.width == 160 && large.image.height == 160)
    #expect(try signs.image(index: 3, seed: 1, size: 16).image.width == 16)
    expectError { () throws(DatasetError) in try signs.picture(index: 0, seed: 1, size: 15) }
    expectError { () throws(DatasetError) in try signs.picture(index: 0, seed: 1, size: 4096) }
  }

  @Test func namesAreChecked() throws {
    #expect(try GeneratedDataset(named: "signs") == .signs)
    expectError(.unknownGenerator(name: "sings", available: ["signs", "shapes"])) { () throws(DatasetError) in
      try GeneratedDataset(named: "sings")
    }
  }
}
