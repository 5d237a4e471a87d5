/// `output = (input - mean) / sqrt(variance + epsilon) * scale + bias` over the given axes: instance, layer and group norm.
///
/// Statistics are accumulated in two passes. `scale` and `bias` are broadcast to the input's shape by stride 0.
package struct NormalizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .normalize }

  /// float32, any strides.
  package var input: TensorID
  /// The input's shape by broadcasting, or none.
  package var scale: TensorID
  /// The input's shape by broadcasting, or none.
  package var bias: TensorID
  /// The input's shape.
  package var output: TensorID
  /// Receives the mean (extent 1 at the axes), or none.
  package var mean: TensorID
  /// Receives 1 / sqrt(variance + epsilon), or none.
  package var inverseDeviation: TensorID
  /// Bit a is set where statistics run over axis a.
  package var axes: Int32
  /// Added to the variance.
  package var epsilon: Float

  package init(
    input: TensorID, scale: TensorID, bias: TensorID, output: TensorID, mean: TensorID, inverseDeviation: TensorID,
    axes: Int32, epsilon: Float
  ) {
    self.input = input
    self.scale = scale
    self.bias = bias
    self.output = output
    self.mean = mean
    self.inverseDeviation = inverseDeviation
    self.axes = axes
    self.epsilon = epsilon
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == .float32 && output.type == .float32, "the input or output is not float32")
    for operand in [try plan.optionalOperand(scale, "scale"), try plan.optionalOperand(bias, "bias")] {
      guard let operand else { continue }
      try plan.requireSameShape(input, operand)
      try plan.require(operand.type == .float32, "scale or bias is not float32")
    }
    try plan.require(axes >= 0 && axes >> Int32(input.rank) == 0, "the axes are none of the input's")
    for id in [mean, inverseDeviation] where id.index != -1 {
      let statistic = try plan.result(id, "statistics")
      try plan.require(statistic.type == .float32, "the statistics are not float32")
      try plan.requireReduced(statistic, input, axes)
    }
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 4) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let pattern = Pattern(self, context)
    return StridedLoop.taskCount(
      threads: context.threads, work: context.view(input).elementCount.multipliedSaturating(by: 4),
      units: pattern.units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let pattern = Pattern(self, context)
    let means = context.scratch(worker: worker).assumingMemoryBound(to: Double.self)
    let factors = means + computeBlock
    let meanOutput = context.optionalView(mean)?.pointer(as: Float.self)
    let factorOutput = context.optionalView(inverseDeviation)?.pointer(as: Float.self)
    pattern.forEachBlock(task, count) { at, n in
      pattern.statistics(at, n, Double(epsilon), means, factors)
      for i in 0..<n {
        let place = at &+ pattern.kept.step &* i
        meanOutput?[place[4]] = Float(means[i])
        factorOutput?[place[5]] = Float(factors[i])
      }
      pattern.apply(at, n, GroupStatistics(means, factors, count: n, into: factors + computeBlock))
    }
  }

  /// What is subtracted from and multiplied with the elements of neighbouring groups.
  private struct GroupStatistics {
    let means: UnsafePointer<Float>
    /// What `Float` cuts off the means: it matters where elements hardly differ.
    let remainders: UnsafePointer<Float>
    let factors: UnsafePointer<Float>

    /// Precondition: `memory` has room for three `Float` a group of a block.
    init(
      _ means: UnsafePointer<Double>, _ factors: UnsafePointer<Double>, count: Int, into memory: UnsafeMutableRawPointer
    ) {
      let values = memory.assumingMemoryBound(to: Float.self)
      for i in 0..<count {
        values[i] = Float(means[i])
        values[computeBlock + i] = Float(means[i] - Double(values[i]))
        values[2 * computeBlock + i] = Float(factors[i])
      }
      self.means = UnsafePointer(values)
      remainders = UnsafePointer(values + computeBlock)
      self.factors = UnsafePointer(values + 2 * computeBlock)
    }

    /// An element of a group, normalised.
    @inline(__always)
    func normalize(_ x: Float, _ group: Int) -> Float { ((x - means[group]) - remainders[group]) * factors[group] }
  }

  /// How elements are walked: one group after the other, or, where neighbouring groups lie next to each other (instance
  /// normalisation of NHWC memory), blocks of groups row by row.
  private struct Pattern {
    /// The loop over groups: output, input, scale, bias, mean, inverse deviation.
    let kept: StridedLoop
    /// The loop over one group: output, input, scale, bias.
    private let group: StridedLoop
    private let isColumnwise: Bool
    private let x: UnsafeMutablePointer<Float>
    private let y: UnsafeMutablePointer<Float>
    private let scale: UnsafeMutablePointer<Float>?
    private let bias: UnsafeMutablePointer<Float>?

    init(_ instruction: NormalizeInstruction, _ context: ExecutionContext) {
      let (input, output) = (context.view(instruction.input), context.view(instruction.output))
      let scaleView = context.optionalView(instruction.scale)
      let biasView = context.optionalView(instruction.bias)
      let (scaleStrides, biasStrides) = (scaleView?.strides ?? .init(), biasView?.strides ?? .init())
      let mask = UInt32(bitPattern: instruction.axes)
      kept = StridedLoop(
        input.shape, axes: ~mask, output.strides, input.strides, scaleStrides, biasStrides,
        context.optionalView(instruction.mean)?.strides ?? .init(),
        context.optionalView(instruction.inverseDeviation)?.strides ?? .init())
      group = StridedLoop(
        input.shape, axes: mask, output.strides, input.strides, scaleStrides, biasStrides)
      isColumnwise = kept.innerCount > 1 && kept.step[1] == 1 && (group.count <= 1 || group.step[1] > 1)
      (x, y) = (input.pointer(as: Float.self), output.pointer(as: Float.self))
      (scale, bias) = (scaleView?.pointer(as: Float.self), biasView?.pointer(as: Float.self))
    }

    private var blocksPerRun: Int { (kept.innerCount + computeBlock - 1) / computeBlock }

    /// In how many pieces tasks may share the work.
    var units: Int { isColumnwise ? kept.runCount * blocksPerRun : kept.count }

    /// Calls `body` with the offsets and the length of each block of groups of a task.
    @inline(__always)
    func forEachBlock(_ task: Int, _ tasks: Int, _ body: (SIMD8<Int>, Int) -> Void) {
      if kept.count == 0 { return }
      if isColumnwise {
        let blocks = blocksPerRun
        for unit in StridedLoop.range(units, task: task, of: tasks) {
          let (run, start) = (unit / blocks, unit % blocks * computeBlock)
          kept.forEachOuter(run..<run + 1) { offsets in
            body(offsets &+ kept.step &* start, min(computeBlock, kept.innerCount - start))
          }
        }
      } else {
        kept.forEachRun(task: task, of: tasks, grain: 1) { offsets, length in
          for i in 0..<length { body(offsets &+ kept.step &* i, 1) }
        }
      }
    }

    /// Mean and `1 / sqrt(variance + epsilon)` of `n` groups, in two passes.
    @inline(__always)
    func statistics(
      _ at: SIMD8<Int>, _ n: Int, _ epsilon: Double, _ means: UnsafeMutablePointer<Double>,
      _ factors: UnsafeMutablePointer<Double>
    ) {
      let count = Double(group.count)
      for i in 0..<n { (means[i], factors[i]) = (0, 0) }
      add(at, n, means) { x, _ in x }
      for i in 0..<n { means[i] /= count }
      add(at, n, factors) { x, i in
        let difference = x - means[i]
        return difference * difference
      }
      for i in 0..<n { factors[i] = 1 / (factors[i] / count + epsilon).squareRoot() }
    }

    /// Adds `term(x, i)` of all elements of `n` groups to the groups' sums.
    @inline(__always)
    private func add(
      _ at: SIMD8<Int>, _ n: Int, _ sums: UnsafeMutablePointer<Double>, _ term: (Double, Int) -> Double
    ) {
      let step = group.step[1]
      group.forEachRun { offsets, length in
        let row = x + (at[1] + offsets[1])
        if isColumnwise {
          for j in 0..<length {
            let p = row + j * step
            for i in 0..<n { sums[i] += term(Double(p[i]), i) }
          }
        } else {
          // Four chains of additions run at a time.
          var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
          var j = 0
          while j + 4 <= length {
            let p = row + j * step
            a += term(Double(p[0]), 0)
            b += term(Double(p[step]), 0)
            c += term(Double(p[2 * step]), 0)
            d += term(Double(p[3 * step]), 0)
            j += 4
          }
          while j < length {
            a += term(Double(row[j * step]), 0)
            j += 1
          }
          sums[0] += (a + b) + (c + d)
        }
      }
    }

    /// Normalises, scales and shifts the elements of `n` groups.
    @inline(__always)
    func apply(_ at: SIMD8<Int>, _ n: Int, _ statistics: GroupStatistics) {
      group.forEachRun { offsets, length in
        let place = at &+ offsets
        if isColumnwise {
          for j in 0..<length {
            write(place &+ group.step &* j, kept.step, n) { x, i in statistics.normalize(x, i) }
          }
        } else {
          write(place, group.step, length) { x, _ in statistics.normalize(x, 0) }
        }
      }
    }

    /// A run of elements, with loops of their own for the layouts that vectorise.
    @inline(__always)
    private func write(_ at: SIMD8<Int>, _ step: SIMD8<Int>, _ count: Int, _ normalize: (Float, Int) -> Float) {
      let (x, y) = (x + at[1], y + at[0])
      let (scale, bias) = (scale.map { $0 + at[2] }, bias.map { $0 + at[3] })
      let isDense = step[0] == 1 && step[1] == 1
      if isDense && (scale == nil || step[2] == 0) && (bias == nil || step[3] == 0) {
        let (factor, addend) = (scale?[0] ?? 1, bias?[0] ?? 0)
        for i in 0..<count { y[i] = normalize(x[i], i) * factor + addend }
        return
      }
      if isDense, let scale, let bias, step[2] == 1, step[3] == 1 {
        for i in 0..<count { y[i] = normalize(x[i], i) * scale[i] + bias[i] }
        return
      }
      for i in 0..<count {
        let factor = scale?[i &* step[2]] ?? 1
        let addend = bias?[i &* step[3]] ?? 0
        y[i &* step[0]] = normalize(x[i &* step[1]], i) * factor + addend
      }
    }
  }
}
