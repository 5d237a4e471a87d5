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
  /// Constants that became inputs.
  private var states: [(name: String, input: ValueID, initial: Tensor, constant: ValueID?, averageOf: ValueID?)] = []
  private var updates: [ValueID: ValueID] = [:]
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
      states.append((graph.name(of: id), id, tensor, id, nil))
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
    let logits = try self.logits()
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
    tape = GraphTape(derived.graph, infos: derived.infos)
    tape.clearOutputs()
    tape.output(loss)
    tape.output(logits)
    try update(derived.gradients, rate: rate, step: step)
    result = TrainingGraph(
      network: network, graph: tape.graph, images: images, targets: targets, learningRate: rate, step: step,
      teacher: teacher,
      loss: loss, logits: logits, states: [], imageShape: imageShape, classes: shape[1])
  }

  /// The finished step.
  consuming func finish() throws(GraphError) -> TrainingGraph {
    guard let result else { throw .malformed(reason: "the step is not built") }
    var all: [TrainingGraph.State] = []
    for state in states {
      guard let updated = updates[state.input] else {
        throw .malformed(reason: "'\(state.name)' is not used by anything that the loss depends on")
      }
      all.append(
        TrainingGraph.State(
          name: state.name, input: state.input, updated: updated, initial: state.initial, constant: state.constant,
          averageOf: state.averageOf))
    }
    return TrainingGraph(
      network: network, graph: tape.graph, images: images, targets: result.targets, learningRate: result.learningRate,
      step: result.step, teacher: result.teacher, loss: result.loss, logits: result.logits, states: all,
      imageShape: imageShape, classes: result.classes)
  }

  /// Scores before a final Softmax, `[N, classes]`.
  private mutating func logits() throws(OperatorError) -> ValueID {
    guard var value = tape.graph.outputs.first else { throw .invalid("the network has no output") }
    let producers = tape.graph.producers()
    // A handful of steps: the softmax may be reshaped.
    for _ in 0..<4 {
      guard let position = producers[value] else { break }
      let node = tape.graph.nodes[position]
      guard ["Softmax", "LogSoftmax", "Reshape", "Flatten", "Squeeze", "Identity"].contains(node.op),
        let input = node.input(0)
      else { break }
      let isLast = node.op == "Softmax" || node.op == "LogSoftmax"
      if isLast || OutputKind.of(input, in: tape.graph) == .probabilities { value = input } else { break }
      if isLast { break }
    }
    guard let info = tape.infos[value], info.rank > 2 else { return value }
    return try emit("Flatten", [value], ["axis": .int(1)])
  }

  /// `-scale / N * sum(targets * log softmax(logits))`
  private mutating func crossEntropy(
    _ logits: ValueID, _ targets: ValueID, scale: Double
  ) throws(OperatorError) -> ValueID {
    let logarithms = try emit("LogSoftmax", [logits], ["axis": .int(1)])
    let sum = try emit("ReduceSum", [emit("Mul", [logarithms, targets])], ["keepdims": .int(0)])
    return try emit("Mul", [sum, scalar(-scale / Double(options.batch))])
  }

  /// Updates of parameters, averages and running statistics, behind everything else.
  private mutating func update(
    _ gradients: [ValueID: ValueID], rate: ValueID, step: ValueID
  ) throws(OperatorError) {
    var gradients = gradients
    if let limit = options.clipping { try clip(&gradients, to: limit) }
    for parameter in parameters {
      guard let gradient = gradients[parameter.value],
        let initial = states.first(where: { $0.input == parameter.value })
      else { continue }
      var slots: [ValueID] = []
      let shape = initial.initial.shape
      for slot in 0..<options.optimizer.slotCount {
        slots.append(addState("\(parameter.name)/slot \(slot)", shape, zeros: true, like: initial.initial))
      }
      let results = try options.optimizer.emitUpdate(
        of: parameter.value, decays: parameter.decays, gradient: gradient, slots: slots, rate: rate, step: step,
        name: parameter.name, into: &tape)
      for (state, updated) in zip([parameter.value] + slots, results) { record(state, updated) }
      if let decay = options.averaging {
        let average = addState(
          "\(parameter.name)/average", shape, zeros: false, like: initial.initial, averageOf: parameter.value)
        record(
          average,
          try tape.emit(
            "MovingAverage", [average, results[0]], ["rate": .float(1 - decay)], prefix: "\(parameter.name)/average")[0]
        )
      }
    }
    for statistic in statistics {
      let channels = tape.infos[statistic.mean]?.shape.first ?? 1
      guard let produced = tape.graph.producers()[statistic.mean],
        let x = tape.graph.nodes[produced].input(0), let info = tape.infos[x]
      else { continue }
      // The running variance is the unbiased one, as in PyTorch.
      let count = Double(info.shape.reduce(1, *)) / Double(max(channels, 1))
      let unbiased = try emit("Mul", [statistic.variance, scalar(count / max(count - 1, 1))])
      for (state, value) in [(statistic.runningMean, statistic.mean), (statistic.runningVariance, unbiased)]
      where updates[state] == nil {
        let name = tape.graph.name(of: state)
        record(
          state, try tape.emit("MovingAverage", [state, value], ["rate": .float(statistic.rate)], prefix: name)[0])
      }
    }
  }

  private mutating func addState(
    _ name: String, _ shape: [Int], zeros: Bool, like tensor: Tensor, averageOf: ValueID? = nil
  ) -> ValueID {
    let initial =
      zeros ? Tensor(type: tensor.type, shape: shape, bytes: Array(repeating: 0, count: tensor.bytes.count)) : tensor
    let id = tape.input(name, tensor.type, shape)
    states.append((name, id, initial, nil, averageOf))
    return id
  }

  private mutating func record(_ state: ValueID, _ updated: ValueID) {
    updates[state] = updated
    tape.output(updated)
  }

  /// Scales all gradients so that their global norm is at most `limit`.
  private mutating func clip(_ gradients: inout [ValueID: ValueID], to limit: Float) throws(OperatorError) {
    var squares: [ValueID] = []
    for parameter in parameters {
      guard let gradient = gradients[parameter.value] else { continue }
      squares.append(try emit("ReduceSumSquare", [gradient], ["keepdims": .int(0)]))
    }
    let norm = try emit("Sqrt", [emit("Sum", squares)])
    let ratio = try emit("Div", [scalar(Double(limit)), emit("Add", [norm, scalar(1e-6)])])
    let factor = try emit("Min", [ratio, scalar(1)])
    for parameter in parameters {
      guard let gradient = gradients[parameter.value] else { continue }
      gradients[parameter.value] = try emit("Mul", [gradient, factor])
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
