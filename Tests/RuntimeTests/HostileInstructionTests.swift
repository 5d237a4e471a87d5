import CKernels
import Runtime
import TestSupport
import Testing

/// Instructions of random fields on tensors of random records: whatever `validate` accepts must run without a trap and
/// without leaving the tensors' memory.
@Suite struct HostileInstructionTests {
  private static let guardBytes = 4096
  private static let arenaBytes = 8192
  private static let weightBytes = 4096

  /// A tensor of a pattern.
  private struct Operand {
    let type: ElementType
    let shape: [Int]
    let storage: TensorStorage

    init(_ type: ElementType, _ shape: [Int], _ storage: TensorStorage = .arena) {
      (self.type, self.shape, self.storage) = (type, shape, storage)
    }
  }

  /// Memory with guards around arena and weights, and random tensors in it.
  private final class Machine {
    let memory: UnsafeMutableRawBufferPointer
    let scratch: UnsafeMutableRawBufferPointer
    var records: [TensorRecord] = []
    var random: SeededRandom

    init(seed: UInt64) {
      let total = 3 * guardBytes + arenaBytes + weightBytes
      memory = .allocate(byteCount: total, alignment: 64)
      scratch = .allocate(byteCount: 1 << 16, alignment: 64)
      random = SeededRandom(seed: seed)
      for i in memory.indices { memory[i] = UInt8(truncatingIfNeeded: random.next()) }
      // Tables lie in the weights: mostly small numbers.
      for offset in stride(from: 0, to: weights.count, by: 4) {
        let isSmall = Int.random(in: 0..<20, using: &random) > 0
        weights.storeBytes(
          of: isSmall ? Int32.random(in: 0..<4, using: &random) : Int32(truncatingIfNeeded: random.next()),
          toByteOffset: offset, as: Int32.self)
      }
    }

    deinit {
      memory.deallocate()
      scratch.deallocate()
    }

    var arena: UnsafeMutableRawBufferPointer { .init(rebasing: memory[guardBytes..<guardBytes + arenaBytes]) }
    var weights: UnsafeMutableRawBufferPointer {
      .init(rebasing: memory[2 * guardBytes + arenaBytes..<2 * guardBytes + arenaBytes + weightBytes])
    }

    /// Everything that must not change.
    func image() -> [UInt8] {
      [UInt8](memory[..<guardBytes]) + [UInt8](memory[(guardBytes + arenaBytes)...])
    }

    /// Fills the tensor table with records that lie inside their storage, as the plan's reader makes sure of: first
    /// those of a pattern, then any. Shapes come from a short list, so that operands often fit each other.
    func makeTensors(_ pattern: [Operand]) {
      let shapes = [
        [], [1], [2], [3], [1, 1], [2, 1], [2, 3], [3, 2], [1, 2, 3], [2, 2, 3], [2, 1, 3], [1, 2, 4, 4], [1, 2, 1, 1],
        [2, 2, 3, 3], [0, 3], [2, 2, 2],
      ]
      let types = ElementType.allCases + pattern.flatMap { [$0.type, $0.type, $0.type] }
      records = pattern.map { record($0, oddity: Int.random(in: 0..<4, using: &random) == 0) }
      while records.count < 40 {
        records.append(
          record(
            Operand(
              types.randomElement(using: &random) ?? .float32, shapes.randomElement(using: &random) ?? [],
              Int.random(in: 0..<3, using: &random) == 0 ? .weights : .arena), oddity: true))
      }
    }

    /// A record at an end of its memory, so that a step too far leaves it; `oddity` lets strides be anything.
    private func record(_ operand: Operand, oddity: Bool) -> TensorRecord {
      var record = TensorRecord(
        type: operand.type, rank: operand.shape.count, storage: operand.storage, name: 0, byteOffset: 0,
        shape: SIMD8(repeating: 1), strides: SIMD8(repeating: 0))
      let isChannelsLast = operand.shape.count == 4 && Bool.random(using: &random) && operand.storage == .arena
      let strides = InstructionFixture.strides(operand.shape, order: isChannelsLast ? [0, 2, 3, 1] : nil)
      var last = 0
      for (axis, extent) in operand.shape.enumerated() {
        let natural = strides[axis]
        let stride = oddity ? [natural, natural, natural, 0, 1, 5].randomElement(using: &random) ?? 0 : natural
        record.shape[axis] = Int32(extent)
        record.strides[axis] = Int32(stride)
        last += max(0, extent - 1) * stride
      }
      let limit = operand.storage == .weights ? weightBytes : arenaBytes
      let room = limit / operand.type.byteCount - last - 1
      record.byteOffset = UInt64((Bool.random(using: &random) ? 0 : room) * operand.type.byteCount)
      return record
    }

    /// A field: a tensor, a small number, or an extreme one.
    func field() -> UInt32 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: UInt32(bitPattern: [Int32.min, .max, 1 << 20, -5].randomElement(using: &random) ?? 0)
      case 1...4: UInt32(bitPattern: -1)
      case 5...9: UInt32.random(in: 0..<3, using: &random)
      default: UInt32.random(in: 0..<40, using: &random)
      }
    }
  }

  /// Validates an instruction and, where it is accepted, runs it.
  private struct Runner: InstructionVisitor {
    let machine: Machine

    mutating func visit<I: PlanInstruction>(_ instruction: I) throws(PlanError) {
      let machine = machine
      var failure: PlanError?
      machine.records.withUnsafeBufferPointer { tensors in
        let validator = PlanValidator(
          tensors: tensors, position: 0, weights: UnsafeRawBufferPointer(machine.weights))
        do throws(PlanError) {
          try instruction.validate(validator)
        } catch {
          failure = error
          return
        }
        guard let table = tensors.baseAddress, let arena = machine.arena.baseAddress,
          let weights = machine.weights.baseAddress, let scratch = machine.scratch.baseAddress,
          instruction.scratchBytes(validator) <= machine.scratch.count / 2, let kernels = ek_kernels_for(ek_best_isa())
        else { return }
        let context = ExecutionContext(
          tensors: table, arena: arena, weights: UnsafeRawPointer(weights), scratch: scratch,
          scratchBytes: machine.scratch.count / 2, threads: 2, kernels: kernels)
        let count = instruction.taskCount(context)
        for task in 0..<count { instruction.run(task: task, of: count, worker: task % 2, context) }
      }
      if let failure { throw failure }
    }
  }

  /// Kinds of instruction whose operands are not packed weights.
  private static let opcodes = Opcode.allCases.filter {
    $0 != .convolution && $0 != .depthwiseConvolution && $0 != .fullyConnected && $0 != .packWeights
      && $0 != .winogradWeights && $0 != .winogradConvolution && $0 != .tiledConvolution && $0 != .tileOrder
      && $0 != .tilePhases && $0 != .stridedTiledConvolution && $0 != .narrowConvolution
  }

  /// An instruction and the tensors 0, 1, ... that it fits, as random fields hardly ever would.
  private func pattern(_ opcode: Opcode) -> (operands: [Operand], fields: [UInt32]) {
    let (a, b, c, d, e) = (TensorID(0), TensorID(1), TensorID(2), TensorID(3), TensorID(4))
    let (one, zero) = (SIMD4<Int32>(repeating: 1), SIMD4<Int32>(repeating: 0))
    let image = [1, 2, 4, 4]
    func fields<I: PlanInstruction>(_ instruction: I) -> [UInt32] {
      withUnsafeBytes(of: instruction) { bytes in
        stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) }
      }
    }
    let floats = [Operand(.float32, image), Operand(.float32, [2, 2, 1, 1]), Operand(.float32, image)]
    return switch opcode {
    case .directConvolution:
      (
        floats,
        fields(
          DirectConvolutionInstruction(
            input: a, weights: b, bias: .none, output: c, groups: 1, spatialRank: 2, kernel: one, stride: one,
            dilation: one, padBegin: zero))
      )
    case .transposedConvolution:
      (
        floats,
        fields(
          TransposedConvolutionInstruction(
            input: a, weights: b, bias: .none, output: c, groups: 1, spatialRank: 2, kernel: one, stride: one,
            dilation: one, padBegin: zero))
      )
    case .integerConvolution:
      (
        [Operand(.uint8, image), Operand(.int8, [2, 2, 1, 1]), Operand(.int32, image)],
        fields(
          IntegerConvolutionInstruction(
            input: a, inputZeroPoint: .none, weights: b, weightZeroPoint: .none, bias: .none, output: c, groups: 1,
            spatialRank: 2, kernel: one, stride: one, dilation: one, padBegin: zero))
      )
    case .pool:
      (
        floats,
        fields(
          PoolInstruction(
            kind: 0, input: a, output: c, indices: .none, indexOrder: 0, spatialRank: 2, kernel: one, stride: one,
            dilation: one, padBegin: zero, padEnd: zero, countIncludePad: 0, exponent: 2))
      )
    case .indexedCopy:
      (
        [Operand(.float32, [2, 3]), Operand(.int32, [2, 3], .weights), Operand(.float32, [3, 2])],
        fields(IndexedCopyInstruction(input: a, table: b, fill: .none, output: c))
      )
    case .gather:
      (
        [Operand(.float32, image), Operand(.int64, [2, 3]), Operand(.float32, [1, 2, 2, 3, 4])],
        fields(GatherInstruction(data: a, indices: b, output: c, axis: 2))
      )
    case .normalize:
      (
        [Operand(.float32, image), Operand(.float32, image, .weights), Operand(.float32, image)]
          + [Operand(.float32, [1, 2, 1, 1])],
        fields(
          NormalizeInstruction(
            input: a, scale: b, bias: b, output: c, mean: d, inverseDeviation: d, axes: 12, epsilon: 0))
      )
    case .resample:
      (
        [Operand(.float32, image), Operand(.int32, [4, 2], .weights), Operand(.float32, image)]
          + [Operand(.float32, [4, 2], .weights)],
        fields(ResampleInstruction(input: a, output: c, axis: 2, taps: 2, indices: b, weights: d))
      )
    case .topK:
      (
        [Operand(.float16, image), Operand(.float16, [1, 2, 3, 4]), Operand(.int64, [1, 2, 3, 4])],
        fields(TopKInstruction(input: a, values: b, indices: c, axis: 2, largest: 1))
      )
    case .quantize:
      (
        [Operand(.float32, image), Operand(.float32, image), Operand(.uint8, image)],
        fields(QuantizeInstruction(input: a, scale: b, zeroPoint: c, output: c))
      )
    case .dequantize:
      (
        [Operand(.int16, image), Operand(.float32, image), Operand(.float32, image)],
        fields(DequantizeInstruction(input: a, scale: b, zeroPoint: a, output: c))
      )
    case .dynamicQuantize:
      (
        [Operand(.float32, image), Operand(.uint8, image), Operand(.float32, []), Operand(.uint8, [])],
        fields(DynamicQuantizeInstruction(input: a, output: b, scale: c, zeroPoint: d))
      )
    case .requantize:
      (
        [Operand(.int32, image), Operand(.float32, image), Operand(.int8, image), Operand(.float32, image, .weights)],
        fields(
          RequantizeInstruction(
            input: a, inputScale: b, weightScale: d, outputScale: b, outputZeroPoint: c, output: c))
      )
    case .integerMatrixMultiply:
      (
        [Operand(.int8, image), Operand(.uint8, image), Operand(.int32, image), Operand(.int8, image)]
          + [Operand(.uint8, image)],
        fields(IntegerMatrixMultiplyInstruction(a: a, aZeroPoint: d, b: b, bZeroPoint: e, output: c))
      )
    case .unary: (floats, fields(UnaryInstruction(function: 12, input: a, output: c)))
    case .binary: (floats, fields(BinaryInstruction(function: 0, a: a, b: a, output: c)))
    case .select:
      (
        [Operand(.bool, image), Operand(.float64, image), Operand(.float64, image)],
        fields(SelectInstruction(condition: a, a: b, b: b, output: c))
      )
    case .cast: ([Operand(.int16, image), Operand(.float16, image)], fields(CastInstruction(input: a, output: b)))
    case .copy: (floats, fields(CopyInstruction(input: a, output: c)))
    case .fill: ([Operand(.bool, []), Operand(.bool, image)], fields(FillInstruction(value: a, output: b)))
    case .reduce:
      (
        [Operand(.int8, image), Operand(.int8, [1, 2, 1, 1])],
        fields(ReduceInstruction(function: 0, input: a, output: b, axes: 12))
      )
    case .argReduce:
      (
        [Operand(.uint16, image), Operand(.int64, [1, 2, 1, 4])],
        fields(ArgReduceInstruction(minimum: 0, selectLast: 0, input: a, output: b, axis: 2))
      )
    case .softmax: (floats, fields(SoftmaxInstruction(logarithm: 0, input: a, output: c, axis: 1)))
    case .localResponseNormalization:
      (
        floats,
        fields(LocalResponseNormalizationInstruction(input: a, output: c, size: 3, alpha: 1, beta: 1, bias: 1))
      )
    case .matrixMultiply: (floats, fields(MatrixMultiplyInstruction(a: a, b: a, c: a, output: c)))
    case .batchMoments, .batchStatistics, .batchNormalize, .batchGradientSums, .batchGradientTotals,
      .batchNormalizeGradient, .gradientMask, .poolGradient, .sgdUpdate, .adamWUpdate, .movingAverage:
      trainingPattern(opcode)
    case .convolutionWeightsGradient:
      (
        [Operand(.float32, [2, 4, 4, 2]), Operand(.float32, [2, 4, 4, 3]), Operand(.float32, [2, 3, 3, 3, 2])],
        fields(
          ConvolutionWeightsGradientInstruction(
            input: a, gradient: b, output: c, groups: 1, strideHeight: 1, strideWidth: 1, dilationHeight: 1,
            dilationWidth: 1, padTop: 1, padLeft: 1))
      )
    case .winogradWeightsGradient:
      (
        [Operand(.float32, [2, 4, 4, 2]), Operand(.float32, [2, 4, 4, 3]), Operand(.float32, [2, 3, 3, 3, 2])],
        fields(
          WinogradWeightsGradientInstruction(input: a, gradient: b, output: c, tile: 4, padTop: 1, padLeft: 1))
      )
    case .depthwiseWeightsGradient:
      (
        [Operand(.float32, [2, 4, 4, 3]), Operand(.float32, [2, 4, 4, 3]), Operand(.float32, [2, 3, 3, 3])],
        fields(
          DepthwiseWeightsGradientInstruction(
            input: a, gradient: b, output: c, strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1,
            padTop: 1, padLeft: 1))
      )
    case .convolution, .depthwiseConvolution, .fullyConnected, .packWeights, .winogradWeights, .winogradConvolution,
      .tiledConvolution, .tileOrder, .tilePhases, .stridedTiledConvolution, .narrowConvolution:
      ([], [])
    }
  }

  /// The same of the instructions that only training needs.
  private func trainingPattern(_ opcode: Opcode) -> (operands: [Operand], fields: [UInt32]) {
    let (a, b, c, d, e) = (TensorID(0), TensorID(1), TensorID(2), TensorID(3), TensorID(4))
    let (one, zero) = (SIMD4<Int32>(repeating: 1), SIMD4<Int32>(repeating: 0))
    let image = Operand(.float32, [1, 2, 4, 4])
    let operands = [image, image, image, Operand(.float32, [2]), Operand(.float64, [3, 2, 2]), Operand(.float32, [1])]
    func fields<I: PlanInstruction>(_ instruction: I) -> [UInt32] {
      withUnsafeBytes(of: instruction) { bytes in
        stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) }
      }
    }
    let payload: [UInt32] =
      switch opcode {
      case .batchMoments: fields(BatchMomentsInstruction(input: a, partials: e))
      case .batchStatistics: fields(BatchStatisticsInstruction(partials: e, mean: d, variance: d, rows: 16))
      case .batchNormalize:
        fields(
          BatchNormalizeInstruction(
            input: a, scale: d, bias: d, mean: d, variance: d, residual: b, output: c, epsilon: 0, lower: 0, upper: 1))
      case .batchGradientSums:
        fields(
          BatchGradientSumsInstruction(gradient: a, input: b, y: c, mean: d, partials: e, lower: 0, upper: 1))
      case .batchGradientTotals:
        fields(
          BatchGradientTotalsInstruction(partials: e, variance: d, scaleGradient: d, biasGradient: d, epsilon: 0))
      case .batchNormalizeGradient:
        fields(
          BatchNormalizeGradientInstruction(
            gradient: a, input: b, y: b, scale: d, mean: d, variance: d, scaleGradient: d, biasGradient: d, output: c,
            masked: a, epsilon: 0, lower: 0, upper: 1))
      case .gradientMask: fields(GradientMaskInstruction(gradient: a, y: b, output: c, lower: 0, upper: 1))
      case .poolGradient:
        fields(
          PoolGradientInstruction(
            kind: 0, input: a, gradient: b, output: c, spatialRank: 2, kernel: one, stride: one, dilation: one,
            padBegin: zero, padEnd: zero, divisor: 0))
      case .sgdUpdate:
        fields(
          SGDUpdateInstruction(
            parameter: a, velocity: c, gradient: b, learningRate: TensorID(5), momentum: 1, weightDecay: 0, nesterov: 1)
        )
      case .adamWUpdate:
        fields(
          AdamWUpdateInstruction(
            parameter: a, first: c, second: c, gradient: b, learningRate: TensorID(5), step: TensorID(5), beta1: 0.9,
            beta2: 0.9, epsilon: 0, weightDecay: 0))
      default: fields(MovingAverageInstruction(state: a, value: b, rate: 0.5))
      }
    return (operands, payload)
  }

  @Test(arguments: opcodes) func staysInsideItsMemory(_ opcode: Opcode) {
    let machine = Machine(seed: UInt64(opcode.rawValue))
    let before = machine.image()
    let pattern = pattern(opcode)
    var payload = [UInt32](repeating: 0, count: opcode.payloadBytes / 4 + 1)
    var accepted = 0
    for _ in 0..<100 {
      machine.makeTensors(pattern.operands)
      for _ in 0..<50 {
        payload.replaceSubrange(0..<pattern.fields.count, with: pattern.fields)
        for _ in 0..<Int.random(in: 0...2, using: &machine.random) {
          payload[Int.random(in: 0..<pattern.fields.count, using: &machine.random)] = machine.field()
        }
        var runner = Runner(machine: machine)
        payload.withUnsafeBytes { bytes in
          guard let base = bytes.baseAddress else { return }
          do throws(PlanError) {
            try opcode.dispatch(base, &runner)
            accepted += 1
          } catch {}
        }
      }
    }
    #expect(machine.image() == before, "wrote outside the arena")
    #expect(accepted > 20, "the test hardly tests anything")
  }
}
