/// The kinds of instruction, numbered for the file: never renumber, only add.
package enum Opcode: UInt32, BitwiseCopyable, Sendable, CaseIterable {
  case convolution = 1
  case depthwiseConvolution = 2
  case directConvolution = 3
  case transposedConvolution = 4
  case fullyConnected = 5
  case matrixMultiply = 6
  case pool = 7
  case unary = 8
  case binary = 9
  case select = 10
  case cast = 11
  case copy = 12
  case fill = 13
  case indexedCopy = 14
  case gather = 15
  case reduce = 16
  case argReduce = 17
  case softmax = 18
  case normalize = 19
  case localResponseNormalization = 20
  case resample = 21
  case topK = 22
  case quantize = 23
  case dequantize = 24
  case dynamicQuantize = 25
  case integerConvolution = 26
  case integerMatrixMultiply = 27
  case requantize = 28
  case batchMoments = 110
  case batchStatistics = 111
  case batchNormalize = 112
  case batchGradientSums = 113
  case batchGradientTotals = 114
  case batchNormalizeGradient = 115
  case gradientMask = 116
  case poolGradient = 117
  case sgdUpdate = 118
  case adamWUpdate = 119
  case movingAverage = 120
  case tilePhases = 121
  case packWeights = 100
  case convolutionWeightsGradient = 101
  case depthwiseWeightsGradient = 102
  case winogradWeights = 103
  case winogradConvolution = 104
  case winogradWeightsGradient = 105
  case tiledConvolution = 106
  case tileOrder = 107
  case stridedTiledConvolution = 108
  case narrowConvolution = 109
}

/// Something that is done to an instruction once its type is known.
package protocol InstructionVisitor {
  associatedtype Failure: Error
  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(Failure)
}

extension Opcode {
  /// Reads the instruction of this kind at `payload` and hands it to the visitor.
  ///
  /// `payload` must have `payloadBytes` readable bytes; it needs no alignment.
  @inline(__always)
  package func dispatch<V: InstructionVisitor>(
    _ payload: UnsafeRawPointer, _ visitor: inout V
  ) throws(V.Failure) {
    switch self {
    case .convolution: try visitor.visit(payload.loadUnaligned(as: ConvolutionInstruction.self))
    case .depthwiseConvolution: try visitor.visit(payload.loadUnaligned(as: DepthwiseConvolutionInstruction.self))
    case .directConvolution: try visitor.visit(payload.loadUnaligned(as: DirectConvolutionInstruction.self))
    case .transposedConvolution: try visitor.visit(payload.loadUnaligned(as: TransposedConvolutionInstruction.self))
    case .fullyConnected: try visitor.visit(payload.loadUnaligned(as: FullyConnectedInstruction.self))
    case .matrixMultiply: try visitor.visit(payload.loadUnaligned(as: MatrixMultiplyInstruction.self))
    case .pool: try visitor.visit(payload.loadUnaligned(as: PoolInstruction.self))
    case .unary: try visitor.visit(payload.loadUnaligned(as: UnaryInstruction.self))
    case .binary: try visitor.visit(payload.loadUnaligned(as: BinaryInstruction.self))
    case .select: try visitor.visit(payload.loadUnaligned(as: SelectInstruction.self))
    case .cast: try visitor.visit(payload.loadUnaligned(as: CastInstruction.self))
    case .copy: try visitor.visit(payload.loadUnaligned(as: CopyInstruction.self))
    case .fill: try visitor.visit(payload.loadUnaligned(as: FillInstruction.self))
    case .indexedCopy: try visitor.visit(payload.loadUnaligned(as: IndexedCopyInstruction.self))
    case .gather: try visitor.visit(payload.loadUnaligned(as: GatherInstruction.self))
    case .reduce: try visitor.visit(payload.loadUnaligned(as: ReduceInstruction.self))
    case .argReduce: try visitor.visit(payload.loadUnaligned(as: ArgReduceInstruction.self))
    case .softmax: try visitor.visit(payload.loadUnaligned(as: SoftmaxInstruction.self))
    case .normalize: try visitor.visit(payload.loadUnaligned(as: NormalizeInstruction.self))
    case .localResponseNormalization:
      try visitor.visit(payload.loadUnaligned(as: LocalResponseNormalizationInstruction.self))
    case .resample: try visitor.visit(payload.loadUnaligned(as: ResampleInstruction.self))
    case .topK: try visitor.visit(payload.loadUnaligned(as: TopKInstruction.self))
    case .quantize: try visitor.visit(payload.loadUnaligned(as: QuantizeInstruction.self))
    case .dequantize: try visitor.visit(payload.loadUnaligned(as: DequantizeInstruction.self))
    case .dynamicQuantize: try visitor.visit(payload.loadUnaligned(as: DynamicQuantizeInstruction.self))
    case .integerConvolution: try visitor.visit(payload.loadUnaligned(as: IntegerConvolutionInstruction.self))
    case .integerMatrixMultiply: try visitor.visit(payload.loadUnaligned(as: IntegerMatrixMultiplyInstruction.self))
    case .requantize: try visitor.visit(payload.loadUnaligned(as: RequantizeInstruction.self))
    case .batchMoments: try visitor.visit(payload.loadUnaligned(as: BatchMomentsInstruction.self))
    case .batchStatistics: try visitor.visit(payload.loadUnaligned(as: BatchStatisticsInstruction.self))
    case .batchNormalize: try visitor.visit(payload.loadUnaligned(as: BatchNormalizeInstruction.self))
    case .batchGradientSums: try visitor.visit(payload.loadUnaligned(as: BatchGradientSumsInstruction.self))
    case .batchGradientTotals: try visitor.visit(payload.loadUnaligned(as: BatchGradientTotalsInstruction.self))
    case .batchNormalizeGradient: try visitor.visit(payload.loadUnaligned(as: BatchNormalizeGradientInstruction.self))
    case .gradientMask: try visitor.visit(payload.loadUnaligned(as: GradientMaskInstruction.self))
    case .poolGradient: try visitor.visit(payload.loadUnaligned(as: PoolGradientInstruction.self))
    case .sgdUpdate: try visitor.visit(payload.loadUnaligned(as: SGDUpdateInstruction.self))
    case .adamWUpdate: try visitor.visit(payload.loadUnaligned(as: AdamWUpdateInstruction.self))
    case .movingAverage: try visitor.visit(payload.loadUnaligned(as: MovingAverageInstruction.self))
    case .packWeights: try visitor.visit(payload.loadUnaligned(as: PackWeightsInstruction.self))
    case .convolutionWeightsGradient:
      try visitor.visit(payload.loadUnaligned(as: ConvolutionWeightsGradientInstruction.self))
    case .depthwiseWeightsGradient:
      try visitor.visit(payload.loadUnaligned(as: DepthwiseWeightsGradientInstruction.self))
    case .winogradWeights: try visitor.visit(payload.loadUnaligned(as: WinogradWeightsInstruction.self))
    case .winogradConvolution: try visitor.visit(payload.loadUnaligned(as: WinogradConvolutionInstruction.self))
    case .winogradWeightsGradient:
      try visitor.visit(payload.loadUnaligned(as: WinogradWeightsGradientInstruction.self))
    case .tiledConvolution: try visitor.visit(payload.loadUnaligned(as: TiledConvolutionInstruction.self))
    case .tileOrder: try visitor.visit(payload.loadUnaligned(as: TileOrderInstruction.self))
    case .tilePhases: try visitor.visit(payload.loadUnaligned(as: TilePhasesInstruction.self))
    case .stridedTiledConvolution:
      try visitor.visit(payload.loadUnaligned(as: StridedTiledConvolutionInstruction.self))
    case .narrowConvolution: try visitor.visit(payload.loadUnaligned(as: NarrowConvolutionInstruction.self))
    }
  }

  /// Bytes of this kind's record.
  package var payloadBytes: Int {
    switch self {
    case .convolution: MemoryLayout<ConvolutionInstruction>.size
    case .depthwiseConvolution: MemoryLayout<DepthwiseConvolutionInstruction>.size
    case .directConvolution: MemoryLayout<DirectConvolutionInstruction>.size
    case .transposedConvolution: MemoryLayout<TransposedConvolutionInstruction>.size
    case .fullyConnected: MemoryLayout<FullyConnectedInstruction>.size
    case .matrixMultiply: MemoryLayout<MatrixMultiplyInstruction>.size
    case .pool: MemoryLayout<PoolInstruction>.size
    case .unary: MemoryLayout<UnaryInstruction>.size
    case .binary: MemoryLayout<BinaryInstruction>.size
    case .select: MemoryLayout<SelectInstruction>.size
    case .cast: MemoryLayout<CastInstruction>.size
    case .copy: MemoryLayout<CopyInstruction>.size
    case .fill: MemoryLayout<FillInstruction>.size
    case .indexedCopy: MemoryLayout<IndexedCopyInstruction>.size
    case .gather: MemoryLayout<GatherInstruction>.size
    case .reduce: MemoryLayout<ReduceInstruction>.size
    case .argReduce: MemoryLayout<ArgReduceInstruction>.size
    case .softmax: MemoryLayout<SoftmaxInstruction>.size
    case .normalize: MemoryLayout<NormalizeInstruction>.size
    case .localResponseNormalization: MemoryLayout<LocalResponseNormalizationInstruction>.size
    case .resample: MemoryLayout<ResampleInstruction>.size
    case .topK: MemoryLayout<TopKInstruction>.size
    case .quantize: MemoryLayout<QuantizeInstruction>.size
    case .dequantize: MemoryLayout<DequantizeInstruction>.size
    case .dynamicQuantize: MemoryLayout<DynamicQuantizeInstruction>.size
    case .integerConvolution: MemoryLayout<IntegerConvolutionInstruction>.size
    case .integerMatrixMultiply: MemoryLayout<IntegerMatrixMultiplyInstruction>.size
    case .requantize: MemoryLayout<RequantizeInstruction>.size
    case .batchMoments: MemoryLayout<BatchMomentsInstruction>.size
    case .batchStatistics: MemoryLayout<BatchStatisticsInstruction>.size
    case .batchNormalize: MemoryLayout<BatchNormalizeInstruction>.size
    case .batchGradientSums: MemoryLayout<BatchGradientSumsInstruction>.size
    case .batchGradientTotals: MemoryLayout<BatchGradientTotalsInstruction>.size
    case .batchNormalizeGradient: MemoryLayout<BatchNormalizeGradientInstruction>.size
    case .gradientMask: MemoryLayout<GradientMaskInstruction>.size
    case .poolGradient: MemoryLayout<PoolGradientInstruction>.size
    case .sgdUpdate: MemoryLayout<SGDUpdateInstruction>.size
    case .adamWUpdate: MemoryLayout<AdamWUpdateInstruction>.size
    case .movingAverage: MemoryLayout<MovingAverageInstruction>.size
    case .packWeights: MemoryLayout<PackWeightsInstruction>.size
    case .convolutionWeightsGradient: MemoryLayout<ConvolutionWeightsGradientInstruction>.size
    case .depthwiseWeightsGradient: MemoryLayout<DepthwiseWeightsGradientInstruction>.size
    case .winogradWeights: MemoryLayout<WinogradWeightsInstruction>.size
    case .winogradConvolution: MemoryLayout<WinogradConvolutionInstruction>.size
    case .winogradWeightsGradient: MemoryLayout<WinogradWeightsGradientInstruction>.size
    case .tiledConvolution: MemoryLayout<TiledConvolutionInstruction>.size
    case .tileOrder: MemoryLayout<TileOrderInstruction>.size
    case .tilePhases: MemoryLayout<TilePhasesInstruction>.size
    case .stridedTiledConvolution: MemoryLayout<StridedTiledConvolutionInstruction>.size
    case .narrowConvolution: MemoryLayout<NarrowConvolutionInstruction>.size
    }
  }

  /// The instruction's name in profiles.
  package var name: String {
    switch self {
    case .convolution: "convolution"
    case .depthwiseConvolution: "depthwise-convolution"
    case .directConvolution: "direct-convolution"
    case .transposedConvolution: "transposed-convolution"
    case .fullyConnected: "fully-connected"
    case .matrixMultiply: "matrix-multiply"
    case .pool: "pool"
    case .unary: "unary"
    case .binary: "binary"
    case .select: "select"
    case .cast: "cast"
    case .copy: "copy"
    case .fill: "fill"
    case .indexedCopy: "indexed-copy"
    case .gather: "gather"
    case .reduce: "reduce"
    case .argReduce: "arg-reduce"
    case .softmax: "softmax"
    case .normalize: "normalize"
    case .localResponseNormalization: "local-response-normalization"
    case .resample: "resample"
    case .topK: "top-k"
    case .quantize: "quantize"
    case .dequantize: "dequantize"
    case .dynamicQuantize: "dynamic-quantize"
    case .integerConvolution: "integer-convolution"
    case .integerMatrixMultiply: "integer-matrix-multiply"
    case .requantize: "requantize"
    case .batchMoments: "batch-moments"
    case .batchStatistics: "batch-statistics"
    case .batchNormalize: "batch-normalize"
    case .batchGradientSums: "batch-gradient-sums"
    case .batchGradientTotals: "batch-gradient-totals"
    case .batchNormalizeGradient: "batch-normalize-gradient"
    case .gradientMask: "gradient-mask"
    case .poolGradient: "pool-gradient"
    case .sgdUpdate: "sgd-update"
    case .adamWUpdate: "adamw-update"
    case .movingAverage: "moving-average"
    case .packWeights: "pack-weights"
    case .convolutionWeightsGradient: "convolution-weights-gradient"
    case .depthwiseWeightsGradient: "depthwise-weights-gradient"
    case .winogradWeights: "winograd-weights"
    case .winogradConvolution: "winograd-convolution"
    case .winogradWeightsGradient: "winograd-weights-gradient"
    case .tiledConvolution: "tiled-convolution"
    case .tileOrder: "tile-order"
    case .tilePhases: "tile-phases"
    case .stridedTiledConvolution: "strided-tiled-convolution"
    case .narrowConvolution: "narrow-convolution"
    }
  }
}
