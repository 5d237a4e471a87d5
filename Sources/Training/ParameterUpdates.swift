import Graph
import Operators

/// The nodes that change parameters by their gradients: clipping, the optimiser, moving averages.
struct ParameterUpdates {
  let options: TrainingGraph.Options
  let rate: ValueID
  let step: ValueID
  private(set) var states: [TrainingGraph.State] = []

  init(_ options: TrainingGraph.Options, rate: ValueID, step: ValueID) {
    self.options = options
    self.rate = rate
    self.step = step
  }

  /// A parameter in the graph that is written, its gradient there, and the network's constant that it began as.
  struct Subject {
    let parameter: TrainableParameter
    let input: ValueID
    let gradient: ValueID
    let initial: Tensor

    var zeros: Tensor {
      Tensor(type: initial.type, shape: initial.shape, bytes: Array(repeating: 0, count: initial.bytes.count))
    }
  }

  /// Adds the nodes, and inputs for what they remember from step to step.
  mutating func emit(_ subjects: [Subject], into tape: inout GraphTape) throws(OperatorError) {
    let factor = try options.clipping.map { (limit) throws(OperatorError) in
      try clippingFactor(subjects.map(\.gradient), limit, &tape)
    }
    for subject in subjects {
      let name = subject.parameter.name
      var gradient = subject.gradient
      if let factor { gradient = try tape.emit("Mul", [gradient, factor], prefix: "training")[0] }
      var inputs = [subject.input]
      for slot in 0..<options.optimizer.slotCount {
        inputs.append(tape.input("\(name)/slot \(slot)", subject.initial.type, subject.initial.shape))
      }
      let results = try options.optimizer.emitUpdate(
        of: subject.input, decays: subject.parameter.decays, gradient: gradient, slots: Array(inputs.dropFirst()),
        rate: rate, step: step, name: name, into: &tape)
      for (position, (input, updated)) in zip(inputs, results).enumerated() {
        let initial = position == 0 ? subject.initial : subject.zeros
        record(
          TrainingGraph.State(
            name: tape.graph.name(of: input), input: input, updated: updated, initial: initial,
            constant: position == 0 ? subject.parameter.value : nil, averageOf: nil), &tape)
      }
      if let decay = options.averaging {
        let average = tape.input("\(name)/average", subject.initial.type, subject.initial.shape)
        let updated = try tape.emit(
          "MovingAverage", [average, results[0]], ["rate": .float(1 - decay)], prefix: "\(name)/average")[0]
        record(
          TrainingGraph.State(
            name: "\(name)/average", input: average, updated: updated, initial: subject.initial, constant: nil,
            averageOf: subject.parameter.value), &tape)
      }
    }
  }

  private mutating func record(_ state: TrainingGraph.State, _ tape: inout GraphTape) {
    states.append(state)
    tape.output(state.updated)
  }

  /// What all gradients are multiplied by so that their global norm is at most `limit`.
  private func clippingFactor(
    _ gradients: [ValueID], _ limit: Float, _ tape: inout GraphTape
  ) throws(OperatorError) -> ValueID {
    func emit(_ op: String, _ inputs: [ValueID], _ attributes: [String: Attribute] = [:]) throws(OperatorError)
      -> ValueID
    {
      try tape.emit(op, inputs, attributes, prefix: "training")[0]
    }
    func scalar(_ value: Double) -> ValueID {
      tape.constant(Tensor(type: options.type, shape: [], doubles: [value]))
    }
    var squares: [ValueID] = []
    for gradient in gradients { squares.append(try emit("ReduceSumSquare", [gradient], ["keepdims": .int(0)])) }
    let norm = try emit("Sqrt", [emit("Sum", squares)])
    let ratio = try emit("Div", [scalar(Double(limit)), emit("Add", [norm, scalar(1e-6)])])
    return try emit("Min", [ratio, scalar(1)])
  }
}
