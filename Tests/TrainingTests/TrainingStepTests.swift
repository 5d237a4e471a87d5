import Architectures
import Compiler
import Graph
import Imaging
import Operators
import Runtime
import Testing
import Training

/// Whole steps: the compiled plan beside the reference interpreter in double.
@Suite struct TrainingStepTests {
  private func network(_ name: String, side: Int, classes: Int) throws -> Graph {
    let architecture = try #require(Architecture.named(name))
    var parameters = architecture.parameters(seed: 5)
    parameters.classCount = classes
    parameters.inputSize = PixelSize(square: side)
    return try architecture.graph(parameters)
  }

  private func batch(_ shape: [Int], classes: Int) -> (images: Tensor, targets: Tensor) {
    var random = SequenceRandom()
    let images = random.tensor(shape)
    var targets = [Double](repeating: 0, count: shape[0] * classes)
    for row in 0..<shape[0] { targets[row * classes + row % classes] = 1 }
    return (images, Tensor(type: .float32, shape: [shape[0], classes], doubles: targets))
  }

  /// Runs two steps in both and compares loss and every state.
  private func compare(_ name: String, side: Int, _ options: TrainingGraph.Options, tolerance: Double) throws {
    let classes = 3
    let network = try network(name, side: side, classes: classes)
    let step = try TrainingGraph(network, options)
    var exactOptions = options
    exactOptions.type = .float64
    let exact = try TrainingGraph(network, exactOptions)
    let (images, targets) = batch([options.batch, 3, side, side], classes: classes)

    var session = try TrainingSession(step, threads: 2)
    var states = exact.states.map(\.initial)
    for number in 1...2 {
      session.write(images: images, targets: targets)
      let loss = session.run(rate: 0.05)
      var inputs: [ValueID: Tensor] = [:]
      for (state, value) in zip(exact.states, states) { inputs[state.input] = value }
      inputs[exact.images] = Tensor(type: .float64, shape: images.shape, doubles: images.doubles)
      inputs[exact.targets] = Tensor(type: .float64, shape: targets.shape, doubles: targets.doubles)
      inputs[exact.learningRate] = Tensor(scalar: 0.05)
      inputs[exact.step] = Tensor(scalar: Double(number))
      let outputs = try ReferenceInterpreter(exact.graph).run(inputs.filter { exact.graph.inputs.contains($0.key) })
      #expect(abs(Double(loss) - outputs[0].doubles[0]) <= 1e-4 * abs(outputs[0].doubles[0]), "step \(number)")
      states = try exact.states.map { state in
        outputs[try #require(exact.graph.outputs.firstIndex(of: state.updated))]
      }
      for (state, (wanted, actual)) in zip(exact.states, zip(states, session.state())) {
        let scale = max(wanted.doubles.map(abs).max() ?? 0, 1e-3)
        let worst = zip(wanted.doubles, actual.doubles).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= tolerance * scale, "step \(number): \(state.name) differs by \(worst) of \(scale)")
      }
    }
  }

  @Test func residualNetworkWithSGD() throws {
    try compare("resnet20", side: 8, TrainingGraph.Options(batch: 4), tolerance: 2e-3)
  }

  /// Not with Adam: its first steps follow the gradient's sign, which rounding decides where the gradient is nothing.
  /// A clipped activation at its bound passes a gradient or not by rounding, so the tolerance is wide.
  @Test func invertedResidualsClippedAndAveraged() throws {
    var options = TrainingGraph.Options(batch: 4)
    options.clipping = 1
    options.averaging = 0.9
    try compare("signnet", side: 32, options, tolerance: 2e-2)
  }

  @Test func equalBitsAtAnyNumberOfThreads() throws {
    let network = try network("resnet20", side: 16, classes: 10)
    let step = try TrainingGraph(network, TrainingGraph.Options(batch: 8))
    let (images, targets) = batch([8, 3, 16, 16], classes: 10)
    var results: [[Tensor]] = []
    for threads in 1...3 {
      var session = try TrainingSession(step, threads: threads)
      for _ in 0..<3 {
        session.write(images: images, targets: targets)
        _ = session.run(rate: 0.1)
      }
      results.append(session.state())
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Two equal halves have the statistics and the mean gradient of one.
  @Test func accumulatedGradientsAreTheMean() throws {
    let network = try network("resnet20", side: 8, classes: 3)
    let (images, targets) = batch([4, 3, 8, 8], classes: 3)
    var options = TrainingGraph.Options(batch: 4)
    options.clipping = 0.5
    options.averaging = 0.9
    let plain = try TrainingGraph(network, options)
    options.accumulation = 2
    let parted = try TrainingGraph(network, options)
    #expect(parted.states.map(\.name).sorted() == plain.states.map(\.name).sorted())
    var first = try TrainingSession(plain, threads: 1)
    var second = try TrainingSession(parted, threads: 2)
    for _ in 0..<2 {
      first.write(images: images, targets: targets)
      let loss = first.run(rate: 0.05)
      for _ in 0..<2 {
        second.write(images: images, targets: targets)
        #expect(abs(second.run(rate: 0.05) - loss) <= 1e-4 * abs(loss))
      }
    }
    let whole = Dictionary(uniqueKeysWithValues: zip(plain.states.map(\.name), first.state()))
    for (state, value) in zip(parted.states, second.state()) where state.constant != nil || state.averageOf != nil {
      // Running statistics have seen two batches.
      if state.name.contains("running") || state.name.contains("mean") || state.name.contains("var") { continue }
      let wanted = try #require(whole[state.name]).doubles
      let scale = max(wanted.map(abs).max() ?? 0, 1e-3)
      let worst = zip(wanted, value.doubles).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= 1e-3 * scale, "\(state.name) differs by \(worst) of \(scale)")
    }
  }

  @Test func lossFalls() throws {
    let network = try network("resnet20", side: 16, classes: 4)
    let step = try TrainingGraph(network, TrainingGraph.Options(batch: 16))
    let (images, targets) = batch([16, 3, 16, 16], classes: 4)
    var session = try TrainingSession(step, threads: 2)
    var losses: [Float] = []
    for _ in 0..<30 {
      session.write(images: images, targets: targets)
      losses.append(session.run(rate: 0.02))
    }
    #expect(losses[29] < 0.2 * losses[0], "\(losses)")
    #expect(session.correct((0..<16).map { $0 % 4 }) == 16)
  }
}

extension TrainingSession {
  /// Pictures in logical order into the session's NHWC memory.
  func write(images: Tensor, targets: Tensor) {
    let (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3])
    let values = images.elements(as: Float.self)
    let memory = self.images
    for picture in 0..<n {
      for channel in 0..<c {
        for pixel in 0..<(h * w) {
          memory[(picture * h * w + pixel) * c + channel] = values[(picture * c + channel) * h * w + pixel]
        }
      }
    }
    _ = self.targets.update(fromContentsOf: targets.elements(as: Float.self))
  }
}
