import Datasets
import Testing
import Training

@Suite struct AugmentationTests {
  @Test(arguments: [
    "none", "flip", "crop:4", "crop:4:reflect,flip:0.3", "crop:4,flip,cutout:8,mixup:0.2",
    "brightness:0.2,contrast:0.25",
  ])
  func textIsReadBack(text: String) throws {
    let augmentation = try Augmentation(text: text)
    #expect(augmentation.description == text)
    #expect(try Augmentation(text: augmentation.description) == augmentation)
  }

  @Test func textSaysWhatItSays() throws {
    var expected = Augmentation()
    expected.crop = 3
    expected.flip = 0.5
    expected.cutout = 12
    #expect(try Augmentation(text: " cutout : 12 , flip, crop:3:black") == expected)
  }

  @Test(arguments: [
    ("", "empty"), ("flip,", "empty"), ("crp:4", "did you mean 'crop'"), ("rotate:5", "crop:PIXELS"),
    ("crop", "whole pixels"), ("crop:0", "whole pixels"), ("crop:4:mirror", "reflect"), ("crop:4:black:1", "pixels"),
    ("flip:1.5", "probability"), ("flip:nan", "probability"), ("flip,flip", "before"), ("cutout:-1", "whole pixels"),
    ("cutout:99999999999999999999", "whole pixels"), ("brightness:2", "share"), ("contrast:", "share"),
    ("mixup:0", "above 0"), ("mixup:1e9", "at most"), ("none,flip", "no step"),
  ])
  func wrongTextIsExplained(text: String, words: String) {
    do throws(DatasetError) {
      _ = try Augmentation(text: text)
      Issue.record("no error for '\(text)'")
    } catch {
      #expect(error.message.contains(words), "\(error.message)")
      #expect(error.exitCode == 64)
    }
  }

  @Test func ordersDependOnSeedAndEpoch() {
    let order = EpochOrder.shuffled(count: 100, seed: 1, epoch: 0)
    #expect(order.sorted() == Array(0..<100))
    #expect(EpochOrder.shuffled(count: 100, seed: 1, epoch: 0) == order)
    #expect(EpochOrder.shuffled(count: 100, seed: 1, epoch: 1) != order)
    #expect(EpochOrder.shuffled(count: 100, seed: 2, epoch: 0) != order)
    #expect(EpochOrder.shuffled(count: 0, seed: 1, epoch: 0) == [])
  }
}
