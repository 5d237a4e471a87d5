/// A type that matrices are multiplied in; integers wrap around.
package protocol MatrixScalar: BitwiseCopyable, Numeric {
  /// 16 numbers side by side.
  associatedtype Lanes: BitwiseCopyable
  static var zeroLanes: Lanes { get }
  static func add(_ a: Self, _ b: Self) -> Self
  static func multiply(_ a: Self, _ b: Self) -> Self
  /// `sums + factor * row` for the 16 numbers at `row`, which need no alignment of their own.
  static func multiplyAdd(_ sums: Lanes, _ factor: Self, _ row: UnsafePointer<Self>) -> Lanes
  static func lane(_ lanes: Lanes, _ index: Int) -> Self
  /// `factor * a`; integers are rounded toward zero.
  static func scaled(_ a: Self, _ factor: Float) -> Self
}

extension MatrixScalar where Self: SIMDScalar, Lanes == SIMD16<Self> {
  @inline(__always) package static var zeroLanes: Lanes { Lanes(repeating: 0) }
  @inline(__always) package static func lane(_ lanes: Lanes, _ index: Int) -> Self { lanes[index] }
}

extension MatrixScalar where Self: RealScalar & SIMDScalar, Lanes == SIMD16<Self> {
  @inline(__always) package static func add(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) package static func multiply(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always)
  package static func multiplyAdd(_ sums: Lanes, _ factor: Self, _ row: UnsafePointer<Self>) -> Lanes {
    sums + factor * UnsafeRawPointer(row).loadUnaligned(as: Lanes.self)
  }
  @inline(__always) package static func scaled(_ a: Self, _ factor: Float) -> Self { a * Self(factor) }
}

extension MatrixScalar where Self: FixedWidthInteger & SIMDScalar, Lanes == SIMD16<Self> {
  @inline(__always) package static func add(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) package static func multiply(_ a: Self, _ b: Self) -> Self { a &* b }
  @inline(__always)
  package static func multiplyAdd(_ sums: Lanes, _ factor: Self, _ row: UnsafePointer<Self>) -> Lanes {
    sums &+ factor &* UnsafeRawPointer(row).loadUnaligned(as: Lanes.self)
  }
  @inline(__always) package static func scaled(_ a: Self, _ factor: Float) -> Self {
    factor == 1 ? a : Self(saturating: Double(a) * Double(factor))
  }
}

extension Float: MatrixScalar { package typealias Lanes = SIMD16<Float> }
extension Double: MatrixScalar { package typealias Lanes = SIMD16<Double> }
extension Int32: MatrixScalar { package typealias Lanes = SIMD16<Int32> }
extension Int64: MatrixScalar { package typealias Lanes = SIMD16<Int64> }
extension UInt32: MatrixScalar { package typealias Lanes = SIMD16<UInt32> }
extension UInt64: MatrixScalar { package typealias Lanes = SIMD16<UInt64> }
