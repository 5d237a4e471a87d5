import Compiler
import Graph
import Operators
import Runtime

/// One step of training as a graph: forward, loss, backward and updates.
///
/// Inputs are the pictures, their targets, the learning rate, and the state that lives on from step to step; outputs
/// are the loss, the logits and the new state, which a compiled plan writes over the old.
package struct TrainingGraph: Sendable {
  /// How a step is made.
  package struct Options: Sendable {
    /// Pictures that are worked on at once.
    package var batch: Int
    /// How many batches make a step: their gradients are averaged for one update, in the memory of one batch. The
    /// statistics of batch normalisation are those of each batch.
    package var accumulation = 1
    package var optimizer: Optimizer
    /// The largest global norm of the gradient; nil for no clipping.
    package var clipping: Float?
    /// Share of the teacher's opinion in the loss (0: no teacher), and the temperature of both in it (Hinton et al.,
    /// 2015: the soft loss is scaled by its square).
    package var distillation: (weight: Float, temperature: Float)?
    /// Decay of an exponential moving average of all parameters, kept beside them; nil for none.
    package var averaging: Float?
    /// Whether results of batch normalisations are computed anew for the backward pass instead of being kept.
    package var recomputes = true
    /// Element type of everything; float64 only for checks of the mathematics.
    package var type: ElementType = .float32

    /// Pictures of a step.
    package var pictures: Int { batch * accumulation }

    package init(batch: Int, optimizer: Optimizer = .sgd()) {
      self.batch = batch
      self.optimizer = optimizer
    }
  }

  /// A tensor that lives on from step to step.
  package struct State: Sendable {
    /// What it is, for checkpoints: `weight`, `weight/slot 0`, `weight/average`. Also the input's name.
    package let name: String
    /// The input that holds it before a step: of the update's graph where there is one and it is not a running
    /// statistic, else of the step's.
    package let input: ValueID
    /// The value that holds it after the step.
    package let updated: ValueID
    package let initial: Tensor
    /// The network's constant that it becomes in the end; nil for what only training needs.
    package let constant: ValueID?
    /// The network's constant whose moving average it is.
    package let averageOf: ValueID?
  }

  /// The sum of a parameter's gradients over the batches of a step: an input of both graphs.
  package struct GradientSum: Sendable {
    package let name: String
    /// The parameter's input, in both graphs.
    package let parameter: String
  }

  /// The update of all parameters by their gradients' sums.
  package struct Update: Sendable {
    package let graph: Graph
    package let learningRate: ValueID
    package let step: ValueID
  }

  /// The network that is trained, with weights that were computed from other weights as constants.
  package let network: Graph
  /// The step.
  package let graph: Graph
  package let images: ValueID
  package let targets: ValueID
  package let learningRate: ValueID
  package let step: ValueID
  /// Logits of the teacher, where there is one.
  package let teacher: ValueID?
  package let loss: ValueID
  package let logits: ValueID
  package let states: [State]
  /// Where several batches make a step: the gradients' sums, and the update that is apart.
  package let sums: [GradientSum]
  package let update: Update?
  /// Batches that make a step.
  package let batches: Int
  /// Shape of the pictures' batch, `[N, C, H, W]`.
  package let imageShape: [Int]
  package let classes: Int

  /// Makes the step of a network that classifies pictures.
  ///
  /// - Throws: `TrainingError` for a network without parameters, with several picture inputs, or with an operator that
  ///   has no derivative.
  package init(_ network: Graph, _ options: Options) throws(TrainingError) {
    do throws(GraphError) {
      var builder = try TrainingGraphBuilder(network, options)
      try builder.build()
      self = try builder.finish()
    } catch {
      throw .graph(error)
    }
  }

  init(
    network: Graph, graph: Graph, images: ValueID, targets: ValueID, learningRate: ValueID, step: ValueID,
    teacher: ValueID?, loss: ValueID, logits: ValueID, states: [State], sums: [GradientSum], update: Update?,
    batches: Int, imageShape: [Int], classes: Int
  ) {
    self.network = network
    self.graph = graph
    self.images = images
    self.targets = targets
    self.learningRate = learningRate
    self.step = step
    self.teacher = teacher
    self.loss = loss
    self.logits = logits
    self.states = states
    self.sums = sums
    self.update = update
    self.batches = batches
    self.imageShape = imageShape
    self.classes = classes
  }

  /// The network with the values of `states` (in the order of `self.states`) in place of its constants.
  ///
  /// - Parameter averaged: Whether parameters come from their moving averages, where those are kept.
  package func trained(_ values: [Tensor], averaged: Bool) -> Graph {
    var result = network
    for (state, value) in zip(states, values) {
      guard let constant = state.constant, let original = network.constants[constant] else { continue }
      result.constants[constant] = Tensor(type: original.type, shape: original.shape, doubles: value.doubles)
    }
    guard averaged else { return result }
    for (state, value) in zip(states, values) {
      guard let constant = state.averageOf, let original = network.constants[constant] else { continue }
      result.constants[constant] = Tensor(type: original.type, shape: original.shape, doubles: value.doubles)
    }
    return result
  }
}
