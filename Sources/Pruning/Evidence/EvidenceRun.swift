/// The sums of all batches, layer by layer.
final class EvidenceRun {
  /// Of one layer.
  private struct Sums {
    /// Over pictures, `[channels, positions]`.
    var activations: [Double] = []
    /// Over batches, for each channel: mean |activation of the batch|, and its square, times the batch's pictures.
    var means: [Double] = []
    var squares: [Double] = []
    /// Over pictures, for each channel: |derivative by its gate|, and its square.
    var slopes: [Double] = []
    var squaredSlopes: [Double] = []

    /// Adds the sums over one batch's pictures.
    mutating func add(activations values: [Double], channels: Int, pictures: Double) {
      let positions = values.count / max(channels, 1)
      if activations.isEmpty {
        activations = Array(repeating: 0, count: values.count)
        means = Array(repeating: 0, count: channels)
        squares = means
      }
      for channel in 0..<channels {
        var sum = 0.0
        for index in channel * positions..<(channel + 1) * positions {
          activations[index] += values[index]
          sum += abs(values[index])
        }
        // The batch's mean, weighted by its pictures.
        let weighted = sum / Double(max(positions, 1))
        means[channel] += weighted
        squares[channel] += weighted * weighted / pictures
      }
    }

    /// Adds derivatives, `[channels, pictures]`.
    mutating func add(gateGradients values: [Double], channels: Int) {
      let pictures = values.count / max(channels, 1)
      if slopes.isEmpty {
        slopes = Array(repeating: 0, count: channels)
        squaredSlopes = slopes
      }
      for channel in 0..<channels {
        for value in values[channel * pictures..<(channel + 1) * pictures] {
          slopes[channel] += abs(value)
          squaredSlopes[channel] += value * value
        }
      }
    }
  }

  private let coupled: CoupledChannels
  private let points: [ActivationPoint]
  private let kinds: Set<ImportanceEvidence.Kind>
  private let threads: Int
  private var session: EvidenceSession?
  private var sums: [Sums]
  private(set) var pictures = 0
  private var batches = 0

  init(
    _ coupled: CoupledChannels, _ points: [ActivationPoint], _ kinds: Set<ImportanceEvidence.Kind>, threads: Int
  ) {
    self.coupled = coupled
    self.points = points
    self.kinds = kinds
    self.threads = threads
    sums = points.map { _ in Sums() }
  }

  /// Runs the network on a batch. An empty one is passed over.
  func add(_ batch: CalibrationBatch) throws(PruningError) {
    guard batch.count > 0 else { return }
    let session: EvidenceSession
    if let known = self.session, known.batch == batch.count {
      session = known
    } else {
      // Frees the memory of the last one first.
      self.session = nil
      session = try EvidenceSession(EvidenceGraph(coupled, points, kinds, batch: batch.count), threads: threads)
      self.session = session
    }
    try session.run(batch)
    var output = 0
    if kinds.contains(.activations) {
      for (index, point) in points.enumerated() {
        sums[index].add(
          activations: session.values(output, channelAxis: point.axis - 1), channels: point.channels,
          pictures: Double(batch.count))
        output += 1
      }
    }
    if kinds.contains(.gradients) {
      for (index, point) in points.enumerated() {
        sums[index].add(gateGradients: session.values(output, channelAxis: 1), channels: point.channels)
        output += 1
      }
    }
    pictures += batch.count
    batches += 1
  }

  /// Precondition: there was a picture.
  func activation(_ index: Int) -> LayerEvidence.ActivationMap {
    let (sum, count) = (sums[index], Double(pictures))
    var errors: [Double]?
    if batches > 1 {
      errors = sum.means.indices.map { channel in
        let mean = sum.means[channel] / count
        let variance = max(sum.squares[channel] / count - mean * mean, 0) / Double(batches - 1)
        return variance.squareRoot()
      }
    }
    return LayerEvidence.ActivationMap(
      means: sum.activations.map { $0 / count }, positions: sum.activations.count / max(points[index].channels, 1),
      standardErrors: errors)
  }

  /// Precondition: there was a picture.
  func gateGradients(_ index: Int) -> LayerEvidence.GateGradients {
    let (sum, count) = (sums[index], Double(pictures))
    return LayerEvidence.GateGradients(
      magnitudes: sum.slopes.map { $0 / count }, squares: sum.squaredSlopes.map { $0 / count })
  }
}
