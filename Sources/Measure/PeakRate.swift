import CKernels
import CPlatform

/// How fast a core multiplies and adds at best: the plan's own matrix kernel on numbers that stay in the first-level
/// cache. What a layer does not reach of it is lost to memory, to tiles that are not full, or to other work.
package enum PeakRate {
  /// Long enough for the chains of sums, short enough for the cache.
  private static let depth = 192
  private static let repeats = 64

  /// Float32 operations a second of one core, a multiply-add counted as two: the best of `trials` short series.
  package static func measure(_ kernels: UnsafePointer<ek_kernels>, trials: Int = 200) -> Double {
    let table = kernels.pointee
    guard let gemm = table.f32_gemm else { return 0 }
    let (rows, columns) = (Int(table.gemm_mr), Int(table.gemm_nr))
    // Numbers that neither overflow nor become so small that processors are slow with them.
    let a = [Float](repeating: 0.5, count: rows * depth)
    let packed = [Float](repeating: 0.25, count: columns * (depth + 1))
    var c = [Float](repeating: 0, count: rows * columns)
    var best = UInt64.max
    for _ in 0..<max(trials, 1) {
      let start = ep_now_ns()
      for _ in 0..<repeats {
        gemm(rows, columns, depth, a, depth, packed, &c, columns, nil, 0, -.infinity, .infinity)
      }
      best = min(best, ep_now_ns() - start)
    }
    return Double(2 * rows * columns * depth * repeats) / Double(max(best, 1)) * 1e9
  }
}
