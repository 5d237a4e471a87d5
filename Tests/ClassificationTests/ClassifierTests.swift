import Classification
import Foundation
import Imaging
import Runtime
import Testing

@Suite struct ClassifierTests {
  private func classify(
    _ network: ColorNetwork, _ picture: [UInt8], _ options: ClassifierOptions = ClassifierOptions(), top: Int = 3
  ) throws -> (Classification, ClassLabels?) {
    var classifier = try Classifier(network.plan(), options)
    let result = try picture.withUnsafeBytes { try classifier.classify($0, top: top) }
    return (result, classifier.labels)
  }

  private func exitCode(_ network: ColorNetwork, _ options: ClassifierOptions = ClassifierOptions()) -> Int32? {
    do {
      _ = try classify(network, ColorNetwork.picture(0, 0, 0), options)
      return nil
    } catch let error as ClassificationError {
      #expect(!error.message.isEmpty)
      return error.exitCode
    } catch {
      return -1
    }
  }

  @Test(arguments: [[1, 3, 4, 6], [1, 4, 6, 3], [3, 4, 6], [4, 6, 3]], [1, 2])
  func tellsColorsApart(shape: [Int], threads: Int) throws {
    let network = ColorNetwork(shape: shape)
    let (result, labels) = try classify(
      network, ColorNetwork.picture(51, 255, 102), ClassifierOptions(threads: threads))
    #expect(result.top.map(\.index) == [1, 2, 0])
    #expect(labels?[1] == "green")
    // Scores are the softmax of 0.2, 1.0, 0.4.
    let powers = [0.2, 1.0, 0.4].map { exp($0) }
    for entry in result.top {
      #expect(abs(Double(entry.score) - powers[entry.index] / powers.reduce(0, +)) < 1e-6)
    }
  }

  @Test func reportsJSON() throws {
    let (result, labels) = try classify(ColorNetwork(), ColorNetwork.picture(255, 0, 0), top: 2)
    let read = try JSONSerialization.jsonObject(with: Data(result.json(image: "a\"b", labels: labels).text.utf8))
    let members = try #require(read as? [String: Any])
    #expect(Set(members.keys) == ["image", "top", "decode_ms", "preprocess_ms", "infer_ms"])
    #expect(members["image"] as? String == "a\"b")
    let top = try #require(members["top"] as? [[String: Any]])
    #expect(top.map { $0["label"] as? String } == ["red", "green"])
    #expect(top.map { $0["index"] as? Int } == [0, 1])
    #expect(result.text(image: "picture", labels: labels).contains("red (0)"))
    #expect(result.text(image: "picture", labels: nil).contains("class 0"))
  }

  @Test func offsetsShiftClassesAndLabels() throws {
    let options = ClassifierOptions(classOffset: 1)
    let (result, labels) = try classify(ColorNetwork(), ColorNetwork.picture(255, 0, 100), options)
    #expect(result.top.map(\.index) == [1, 0])
    #expect(labels?.names == ["green", "blue"])
    #expect(exitCode(ColorNetwork(), ClassifierOptions(classOffset: 3)) == 65)
    #expect(exitCode(ColorNetwork(), ClassifierOptions(classOffset: -1)) == 65)
  }

  @Test func theUsersWordCountsMoreThanTheModels() throws {
    var network = ColorNetwork()
    network.metadata["preprocessing"] = "channels = bgr"
    let (result, _) = try classify(
      network, ColorNetwork.picture(255, 0, 0), ClassifierOptions(preprocessing: "imagenet"))
    #expect(result.top.first?.index == 0)
    network.metadata = [:]
    let assuming = try Classifier(network.plan(), ClassifierOptions())
    #expect(assuming.preparation.isAssumed)
    #expect(assuming.labels == nil)
  }

  @Test func refusesNetworksThatDoNotClassifyPictures() {
    #expect(exitCode(ColorNetwork(shape: [1, 4, 4, 6])) == 65)
    #expect(exitCode(ColorNetwork(shape: [2, 3, 4, 6])) == 65)
    #expect(exitCode(ColorNetwork(shape: [3, 4])) == 65)
    #expect(exitCode(ColorNetwork(shape: [1, 1, 3, 4, 6])) == 65)
    // Not a number: 0 / 0.
    #expect(exitCode(ColorNetwork(divisor: 0)) == 65)
  }

  @Test func refusesWrongDescriptions() {
    var network = ColorNetwork()
    network.metadata["labels"] = "red\ngreen"
    #expect(exitCode(network) == 65)
    network = ColorNetwork()
    network.metadata["preprocessing"] = "crop = 7x7"
    #expect(exitCode(network) == 65)
    network.metadata["preprocessing"] = "cropp = 7x7"
    #expect(exitCode(network) == 65)
    #expect(exitCode(ColorNetwork(), ClassifierOptions(preprocessing: "imagenett")) == 66)
    #expect(exitCode(ColorNetwork(), ClassifierOptions(labels: "/nowhere/labels")) == 66)
  }

  @Test func damagedPicturesAreErrorsAndTheNextOneIsFine() throws {
    var classifier = try Classifier(ColorNetwork().plan(), ClassifierOptions())
    let good = try ColorNetwork.picture(0, 0, 255)
    let damaged = Array(good[..<(good.count / 2)])
    for bytes in [damaged, [], Array("no picture".utf8)] {
      #expect {
        try bytes.withUnsafeBytes { _ = try classifier.classify($0, top: 1) }
      } throws: { error in
        (error as? ClassificationError)?.exitCode == 65
      }
    }
    let result = try good.withUnsafeBytes { try classifier.classify($0, top: 1) }
    #expect(result.top.map(\.index) == [2])
  }
}
