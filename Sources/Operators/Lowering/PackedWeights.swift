import CKernels
import Graph
import Runtime

/// Weights in the order of a micro-kernel's panels, made once when a plan is compiled.
enum PackedWeights {
  /// A matrix of `columns` outputs with `taps` times `depth` weights each, where they lie (strides in elements).
  struct Layout {
    var columns: Int
    var depth: Int
    var taps = 1
    var columnStride: Int
    var tapStride = 0
    var depthStride: Int
    /// Where the first one lies.
    var offset = 0
  }

  /// Panels for `ConvolutionInstruction` and `FullyConnectedInstruction`, group after group.
  ///
  /// - Parameters:
  ///   - panel: Columns of a panel.
  ///   - bias: One for every column of every group, or empty for zeros.
  static func gemm(_ weights: [Float], groups: [Layout], panel: Int, bias: [Float]) -> Tensor {
    let counts = groups.map { ek_f32_packed_gemm_count($0.columns, $0.depth, $0.taps, panel) }
    let count = counts.reduce(0, +)
    let packed = [Float](unsafeUninitializedCapacity: count) { packed, initialized in
      weights.withUnsafeBufferPointer { weights in
        bias.withUnsafeBufferPointer { bias in
          var (place, column) = (0, 0)
          for (group, size) in zip(groups, counts) {
            guard let target = packed.baseAddress, let source = weights.baseAddress else { return }
            ek_f32_pack_gemm(
              group.columns, group.depth, group.taps, panel, source + group.offset, group.columnStride,
              group.tapStride, group.depthStride, bias.isEmpty ? nil : bias.baseAddress.map { $0 + column },
              target + place)
            place += size
            column += group.columns
          }
          initialized = place
        }
      }
    }
    return Tensor(packed, shape: [packed.count])
  }

  /// Filters `[channels][taps]` for `DepthwiseConvolutionInstruction`.
  static func depthwise(_ weights: [Float], channels: Int, taps: Int, block: Int, bias: [Float]) -> Tensor {
    let count = ek_f32_packed_depthwise_count(channels, taps, block)
    let packed = [Float](unsafeUninitializedCapacity: count) { packed, initialized in
      weights.withUnsafeBufferPointer { weights in
        bias.withUnsafeBufferPointer { bias in
          guard let target = packed.baseAddress, let source = weights.baseAddress else { return }
          ek_f32_pack_depthwise(channels, taps, block, source, bias.isEmpty ? nil : bias.baseAddress, target)
          initialized = count
        }
      }
    }
    return Tensor(packed, shape: [packed.count])
  }
}

extension Tensor {
  /// The elements in single precision, without a detour for those that are.
  var floats: [Float] { type == .float32 ? elements(as: Float.self) : doubles.map { Float($0) } }
}
