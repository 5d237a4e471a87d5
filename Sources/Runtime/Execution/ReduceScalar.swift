import CKernels

/// A type that reductions accumulate in: `Double` for floating point (its digits make the order of a float32 sum
/// irrelevant), 64-bit integers for integers.
package protocol ReduceScalar: ComputeScalar {
  /// What a maximum of no elements is in a type.
  static func lowest(_ type: ElementType) -> Self
  /// What a minimum of no elements is in a type.
  static func highest(_ type: ElementType) -> Self
  static func sum(_ a: Self, _ b: Self) -> Self
  static func product(_ a: Self, _ b: Self) -> Self
  static func magnitude(_ a: Self) -> Self
  /// The larger; a NaN wins.
  static func larger(_ a: Self, _ b: Self) -> Self
  /// The smaller; a NaN wins.
  static func smaller(_ a: Self, _ b: Self) -> Self
  /// `sum / count`.
  static func mean(_ sum: Self, _ count: Int) -> Self
  static func squareRoot(_ a: Self) -> Self
  static func logarithm(_ a: Self) -> Self
  static func exponential(_ a: Self) -> Self
}

extension Double: ReduceScalar {
  @inline(__always) package static func lowest(_ type: ElementType) -> Double { -.infinity }
  @inline(__always) package static func highest(_ type: ElementType) -> Double { .infinity }
  @inline(__always) package static func sum(_ a: Double, _ b: Double) -> Double { a + b }
  @inline(__always) package static func product(_ a: Double, _ b: Double) -> Double { a * b }
  @inline(__always) package static func magnitude(_ a: Double) -> Double { a.magnitude }
  @inline(__always) package static func larger(_ a: Double, _ b: Double) -> Double { a >= b || a != a ? a : b }
  @inline(__always) package static func smaller(_ a: Double, _ b: Double) -> Double { a <= b || a != a ? a : b }
  @inline(__always) package static func mean(_ sum: Double, _ count: Int) -> Double { sum / Double(count) }
  @inline(__always) package static func squareRoot(_ a: Double) -> Double { a.squareRoot() }
  @inline(__always) package static func logarithm(_ a: Double) -> Double { em_log(a) }
}

extension ReduceScalar where Self: FixedWidthInteger {
  @inline(__always) package static func sum(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) package static func product(_ a: Self, _ b: Self) -> Self { a &* b }
  @inline(__always) package static func magnitude(_ a: Self) -> Self { a < 0 ? 0 &- a : a }
  @inline(__always) package static func larger(_ a: Self, _ b: Self) -> Self { a >= b ? a : b }
  @inline(__always) package static func smaller(_ a: Self, _ b: Self) -> Self { a <= b ? a : b }
  @inline(__always) package static func mean(_ sum: Self, _ count: Int) -> Self {
    count == 0 ? 0 : sum / Self(truncatingIfNeeded: count)
  }
  /// Integers are reduced as `Double` where this is asked for.
  @inline(__always) package static func squareRoot(_ a: Self) -> Self { a }
  /// Integers are reduced as `Double` where this is asked for.
  @inline(__always) package static func logarithm(_ a: Self) -> Self { a }
  /// Integers are reduced as `Double` where this is asked for.
  @inline(__always) package static func exponential(_ a: Self) -> Self { a }
}

extension Int64: ReduceScalar {
  package static func lowest(_ type: ElementType) -> Int64 {
    switch type {
    case .int8: Int64(Int8.min)
    case .int16: Int64(Int16.min)
    case .int32: Int64(Int32.min)
    default: .min
    }
  }

  package static func highest(_ type: ElementType) -> Int64 {
    switch type {
    case .int8: Int64(Int8.max)
    case .int16: Int64(Int16.max)
    case .int32: Int64(Int32.max)
    default: .max
    }
  }
}

extension UInt64: ReduceScalar {
  package static func lowest(_ type: ElementType) -> UInt64 { 0 }

  package static func highest(_ type: ElementType) -> UInt64 {
    switch type {
    case .bool: 1
    case .uint8: UInt64(UInt8.max)
    case .uint16: UInt64(UInt16.max)
    case .uint32: UInt64(UInt32.max)
    default: .max
    }
  }
}
