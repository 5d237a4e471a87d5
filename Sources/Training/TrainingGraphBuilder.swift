import Compiler
import Graph
import Operators
import Runtime

/// Makes a `TrainingGraph`, part by part.
struct TrainingGraphBuilder {
  private let network: Graph
  private let options: TrainingGraph.Options
  private let parameters: [TrainableParameter]
  private let statistics: [BatchStatistics]
  private let images: ValueID
  private let imageShape: [Int]
  private var tape: GraphTape
  /// Constants that became inputs, with what they were.
  private var initials: [ValueID: Tensor] = [:]
  private var states: [TrainingGraph.State] = []
  private var sums: [TrainingGraph.GradientSum] = []
  private var update: TrainingGraph.Update?
  private var result: TrainingGraph?

  /// The network in training form: a batch of fixed size, statistics of the batch, parameters as inputs.
  init(_ network: Graph, _ options: TrainingGraph.Options) throws(GraphError) {
    self.network = try FoldInitializers.apply(to: network.withOpenBatch())
    self.options = options
    var graph = self.network
    let free = graph.inputs.filter { graph.constants[$0] == nil }
    guard free.count == 1, let images = free.first else {
      throw .malformed(reason: "training needs a network with one input, this one has \(free.count)")
    }
    self.images = images
    graph.inputs = free
    let specification = InputSpecification(batch: options.batch)
    if options.type == .float64 { TrainingGraphBuilder.widen(&graph) }
    let simplified = try Compiler.simplified(graph, inputs: specification)
    graph = simplified.graph
    imageShape = simplified.infos[images]?.shape ?? []
    let known = Set(graph.nodes.flatMap { $0.inputs.compactMap { $0 } })
    parameters = TrainableParameter.all(in: self.network).filter { known.contains($0.value) }
    guard !parameters.isEmpty else { throw .malformed(reason: "the network has no parameters to train") }
    statistics = try BatchStatistics.normalizeByBatch(&graph, infos: simplified.infos)

    // Constants that change become inputs.
    var inputs: [ValueID: ValueInfo] = [images: ValueInfo(type: options.type, shape: imageShape)]
    let running = statistics.flatMap { [$0.runningMean, $0.runningVariance] }
    for id in parameters.map(\.value) + running {
      guard let tensor = graph.constants[id], inputs[id] == nil else { continue }
      initials[id] = tensor
      inputs[id] = ValueInfo(type: tensor.type, shape: tensor.shape)
      graph.constants[id] = nil
      graph.inputs.append(id)
      graph.values[id.index].type = tensor.type
      graph.values[id.index].shape = tensor.shape.map { .fixed($0) }
    }
    graph.values[images.index].shape = imageShape.map { .fixed($0) }
    let infos = try ShapeInference.infer(graph, inputs: inputs)
    tape = GraphTape(graph, infos: infos)
  }

  /// The graph with float64 in place of float32, to check mathematics with.
  private static func widen(_ graph: inout Graph) {
    for (id, tensor) in graph.constants where tensor.type == .float32 {
      graph.constants[id] = Tensor(type: .float64, shape: tensor.shape, doubles: tensor.doubles)
      graph.values[id.index].type = .float64
    }
    for index in graph.values.indices where graph.values[index].type == .float32 {
      graph.values[index].type = .float64
    }
  }

  /// Adds loss, derivative and updates.
  mutating func build() throws(GraphError) {
    do throws(OperatorError) {
      try buildLoss()
    } catch {
      throw .malformed(reason: "the loss cannot be stated: \(error)")
    }
  }

  private mutating func buildLoss() throws(OperatorError) {
    let logits = try tape.logits(prefix: "training")
    guard let shape = tape.infos[logits]?.shape, shape.count == 2, shape[0] == options.batch, shape[1] > 1 else {
      throw .invalid("the network's output is no score for every class of every picture")
    }
    let type = options.type
    let targets = tape.input("targets", type, shape)
    let rate = tape.input("learning_rate", type, [])
    let step = tape.input("step", type, [])
    var loss = try crossEntropy(logits, targets, scale: 1)
    var teacher: ValueID?
    if let (weight, temperature) = options.distillation, weight > 0 {
      let scores = tape.input("teacher", type, shape)
      teacher = scores
      let inverse = scalar(1 / Double(temperature))
      let soft = try emit("Softmax", [emit("Mul", [scores, inverse])], ["axis": .int(1)])
      let agreement = try crossEntropy(
        emit("Mul", [logits, inverse]), soft, scale: Double(weight) * Double(temperature * temperature))
      loss = try emit("Add", [emit("Mul", [loss, scalar(1 - Double(weight))]), agreement])
    }
    let derived: Differentiation.Result
    do throws(GraphError) {
      derived = try Differentiation.differentiate(
        loss, by: parameters.map(\.value), in: tape.graph, infos: tape.infos)
    } catch {
      throw .invalid(error.message)
    }
    var (graph, infos) = (derived.graph, derived.infos)
    graph.outputs = [loss, logits]
    if options.recomputes { StepMemory.recomputeNormalizations(in: &graph, infos: &infos, after: loss) }
    tape = GraphTape(graph, infos: infos)
    let gradients = derived.gradients
    if options.accumulation > 1 {
      try accumulate(gradients)
    } else {
      var updates = ParameterUpdates(options, rate: rate, step: step)
      try updates.emit(subjects(gradients), into: &tape)
      states = updates.states
    }
    try updateStatistics()
    graph = tape.graph
    StepMemory.updateEarly(in: &graph)
    result = TrainingGraph(
      network: network, graph: graph, images: images, targets: targets, learningRate: rate, step: step,
      teacher: teacher, loss: loss, logits: logits, states: states, sums: sums, update: update,
      batches: options.accumulation, imageShape: imageShape, classes: shape[1])
  }

  /// The finished step.
  consuming func finish() throws(GraphError) -> TrainingGraph {
    guard let result else { throw .malformed(reason: "the step is not built") }
    let updated = Set(result.states.map(\.name))
    for id in initials.keys where !updated.contains(network.name(of: id)) {
      throw .malformed(reason: "'\(network.name(of: id))' is not used by anything that the loss depends on")
    }
    return result
  }

  /// `-scale / N * sum(targets * log softmax(logits))`
  private mutating func crossEntropy(
    _ logits: ValueID, _ targets: ValueID, scale: Double
  ) throws(OperatorError) -> ValueID {
    try tape.crossEntropy(logits, targets, scale: scale / Double(options.batch), prefix: "training")
  }

  private func subjects(_ gradients: [ValueID: ValueID]) -> [ParameterUpdates.Subject] {
    parameters.compactMap { parameter in
      guard let gradient = gradients[parameter.value], let initial = initials[parameter.value] else { return nil }
      return ParameterUpdates.Subject(
        parameter: parameter, input: parameter.value, gradient: gradient, initial: initial)
    }
  }

  /// Sums of the gradients of several runs, and the update that follows as a graph of its own.
  private mutating func accumulate(_ gradients: [ValueID: ValueID]) throws(OperatorError) {
    var after = GraphTape(Graph(name: "update"), infos: [:])
    let rate = after.input("learning_rate", options.type, [])
    let step = after.input("step", options.type, [])
    let share = after.constant(
      Tensor(type: options.type, shape: [], doubles: [1 / Double(options.accumulation)]))
    var subjects: [ParameterUpdates.Subject] = []
    for subject in self.subjects(gradients) {
      let (name, initial) = (subject.parameter.name, subject.initial)
      let sum = tape.input("\(name)/gradient", initial.type, initial.shape)
      tape.output(try tape.emit("Accumulate", [sum, subject.gradient], prefix: name)[0])
      // An input that is no output would not outlive its last use.
      tape.output(subject.input)
      sums.append(TrainingGraph.GradientSum(name: "\(name)/gradient", parameter: name))
      let input = after.input(name, initial.type, initial.shape)
      let total = after.input("\(name)/gradient", initial.type, initial.shape)
      let mean = try after.emit("Mul", [total, share], prefix: name)[0]
      subjects.append(
        ParameterUpdates.Subject(parameter: subject.parameter, input: input, gradient: mean, initial: initial))
    }
    var updates = ParameterUpdates(options, rate: rate, step: step)
    try updates.emit(subjects, into: &after)
    states = updates.states
    update = TrainingGraph.Update(graph: after.graph, learningRate: rate, step: step)
  }

  /// Running statistics, behind everything else.
  private mutating func updateStatistics() throws(OperatorError) {
    var known = Set<ValueID>()
    for statistic in statistics {
      let channels = tape.infos[statistic.mean]?.shape.first ?? 1
      guard let produced = tape.graph.producers()[statistic.mean],
        let x = tape.graph.nodes[produced].input(0), let info = tape.infos[x]
      else { continue }
      // The running variance is the unbiased one, as in PyTorch.
      let count = Double(info.shape.reduce(1, *)) / Double(max(channels, 1))
      let unbiased = try emit("Mul", [statistic.variance, scalar(count / max(count - 1, 1))])
      for (state, value) in [(statistic.runningMean, statistic.mean), (statistic.runningVariance, unbiased)] {
        guard let initial = initials[state], known.insert(state).inserted else { continue }
        let name = tape.graph.name(of: state)
        let updated = try tape.emit(
          "MovingAverage", [state, value], ["rate": .float(statistic.rate)], prefix: name)[0]
        tape.output(updated)
        states.append(
          TrainingGraph.State(
            name: name, input: state, updated: updated, initial: initial, constant: state, averageOf: nil))
      }
    }
  }

  private mutating func emit(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:]
  ) throws(OperatorError) -> ValueID {
    try tape.emit(op, inputs, attributes, prefix: "training")[0]
  }

  private mutating func scalar(_ value: Double) -> ValueID {
    tape.constant(Tensor(type: options.type, shape: [], doubles: [value]))
  }
}
