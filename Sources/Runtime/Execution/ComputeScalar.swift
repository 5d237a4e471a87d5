/// A type that generic instructions compute in: `Double`, `Int64` or `UInt64`.
///
/// Elements of any other type are widened block by block into scratch memory and narrowed on the way back. Integers
/// wrap around when narrowed, so computing in 64 bits gives what the narrow type would; `Double` has more than twice
/// the digits of the narrow floating-point types, so + - * / and square root round as if computed in them.
package protocol ComputeScalar: BitwiseCopyable, Comparable, Numeric {
  /// The element type that has this very layout.
  static var elementType: ElementType { get }

  /// Widens `count` elements of a type of this class, `stride` elements apart.
  static func load(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, into: UnsafeMutablePointer<Self>)

  /// Narrows `count` values to a type, `stride` elements apart: integers wrap around, floating point saturates.
  static func store(
    _ values: UnsafePointer<Self>, count: Int, _ type: ElementType, _ destination: UnsafeMutableRawPointer, stride: Int)
}

/// How many elements are widened at a time.
package let computeBlock = 256

/// Scratch bytes of `blocks` blocks of any compute scalar.
package func computeScratch(blocks: Int) -> Int { blocks * computeBlock * 8 }

/// Which compute scalar stands for an element type.
package enum ComputeClass: BitwiseCopyable, Sendable {
  case double, signed, unsigned
}

extension ElementType {
  /// Which compute scalar stands for this type.
  package var computeClass: ComputeClass {
    switch self {
    case .float16, .float32, .float64: .double
    case .int8, .int16, .int32, .int64: .signed
    case .uint8, .uint16, .uint32, .uint64, .bool: .unsigned
    }
  }
}

extension ComputeScalar {
  /// A run of elements as neighbouring values: where they lie if they do already, else widened into `buffer`.
  @inline(__always)
  package static func read(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, _ buffer: UnsafeMutablePointer<Self>
  ) -> UnsafePointer<Self> {
    if stride == 1 && type == elementType { return source.assumingMemoryBound(to: Self.self) }
    load(type, source, stride: stride, count: count, into: buffer)
    return UnsafePointer(buffer)
  }
}

/// `into[i] = convert(source[i * stride])`.
@inline(__always)
private func widen<S: BitwiseCopyable, D: BitwiseCopyable>(
  _ source: UnsafeRawPointer, _: S.Type, _ stride: Int, _ count: Int, _ into: UnsafeMutablePointer<D>,
  _ convert: (S) -> D
) {
  let source = source.assumingMemoryBound(to: S.self)
  if stride == 1 {
    for i in 0..<count { into[i] = convert(source[i]) }
  } else {
    for i in 0..<count { into[i] = convert(source[i &* stride]) }
  }
}

/// `destination[i * stride] = convert(values[i])`.
@inline(__always)
private func narrow<S: BitwiseCopyable, D: BitwiseCopyable>(
  _ values: UnsafePointer<S>, _ count: Int, _ destination: UnsafeMutableRawPointer, _: D.Type, _ stride: Int,
  _ convert: (S) -> D
) {
  let destination = destination.assumingMemoryBound(to: D.self)
  if stride == 1 {
    for i in 0..<count { destination[i] = convert(values[i]) }
  } else {
    for i in 0..<count { destination[i &* stride] = convert(values[i]) }
  }
}

extension FixedWidthInteger {
  /// The nearest integer toward zero; out of range the nearest bound, 0 for what is not a number.
  @inline(__always)
  package init(saturating value: Double) {
    // The upper bound of 64-bit types rounds up to a power of two as Double, hence >= rather than >.
    if value >= Double(Self.max) {
      self = .max
    } else if value > Double(Self.min) {
      self = Self(value)
    } else {
      self = value.isNaN ? 0 : .min
    }
  }
}

extension Double: ComputeScalar {
  package static var elementType: ElementType { .float64 }

  package static func load(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, into: UnsafeMutablePointer<Double>
  ) {
    switch type {
    case .float32: widen(source, Float.self, stride, count, into) { Double($0) }
    case .float64: widen(source, Double.self, stride, count, into) { $0 }
    case .float16: widen(source, Float16.self, stride, count, into) { Double($0) }
    case .int8: widen(source, Int8.self, stride, count, into) { Double($0) }
    case .int16: widen(source, Int16.self, stride, count, into) { Double($0) }
    case .int32: widen(source, Int32.self, stride, count, into) { Double($0) }
    case .int64: widen(source, Int64.self, stride, count, into) { Double($0) }
    case .uint8: widen(source, UInt8.self, stride, count, into) { Double($0) }
    case .uint16: widen(source, UInt16.self, stride, count, into) { Double($0) }
    case .uint32: widen(source, UInt32.self, stride, count, into) { Double($0) }
    case .uint64: widen(source, UInt64.self, stride, count, into) { Double($0) }
    case .bool: widen(source, UInt8.self, stride, count, into) { $0 == 0 ? 0 : 1 }
    }
  }

  package static func store(
    _ values: UnsafePointer<Double>, count: Int, _ type: ElementType, _ destination: UnsafeMutableRawPointer,
    stride: Int
  ) {
    switch type {
    case .float32: narrow(values, count, destination, Float.self, stride) { Float($0) }
    case .float64: narrow(values, count, destination, Double.self, stride) { $0 }
    case .float16: narrow(values, count, destination, Float16.self, stride) { Float16($0) }
    case .int8: narrow(values, count, destination, Int8.self, stride) { Int8(saturating: $0) }
    case .int16: narrow(values, count, destination, Int16.self, stride) { Int16(saturating: $0) }
    case .int32: narrow(values, count, destination, Int32.self, stride) { Int32(saturating: $0) }
    case .int64: narrow(values, count, destination, Int64.self, stride) { Int64(saturating: $0) }
    case .uint8: narrow(values, count, destination, UInt8.self, stride) { UInt8(saturating: $0) }
    case .uint16: narrow(values, count, destination, UInt16.self, stride) { UInt16(saturating: $0) }
    case .uint32: narrow(values, count, destination, UInt32.self, stride) { UInt32(saturating: $0) }
    case .uint64: narrow(values, count, destination, UInt64.self, stride) { UInt64(saturating: $0) }
    case .bool: narrow(values, count, destination, UInt8.self, stride) { $0 == 0 ? 0 : 1 }
    }
  }
}

/// Integers to any type; shared by `Int64` and `UInt64`.
@inline(__always)
private func storeInteger<I: FixedWidthInteger & BitwiseCopyable>(
  _ values: UnsafePointer<I>, _ count: Int, _ type: ElementType, _ destination: UnsafeMutableRawPointer, _ stride: Int
) {
  switch type {
  case .float32: narrow(values, count, destination, Float.self, stride) { Float($0) }
  case .float64: narrow(values, count, destination, Double.self, stride) { Double($0) }
  case .float16: narrow(values, count, destination, Float16.self, stride) { Float16(Float($0)) }
  case .int8, .uint8: narrow(values, count, destination, UInt8.self, stride) { UInt8(truncatingIfNeeded: $0) }
  case .int16, .uint16: narrow(values, count, destination, UInt16.self, stride) { UInt16(truncatingIfNeeded: $0) }
  case .int32, .uint32: narrow(values, count, destination, UInt32.self, stride) { UInt32(truncatingIfNeeded: $0) }
  case .int64, .uint64: narrow(values, count, destination, UInt64.self, stride) { UInt64(truncatingIfNeeded: $0) }
  case .bool: narrow(values, count, destination, UInt8.self, stride) { $0 == 0 ? 0 : 1 }
  }
}

extension Int64: ComputeScalar {
  package static var elementType: ElementType { .int64 }

  /// Reads signed integers only: callers choose the scalar by
  /// `ElementType.computeClass`.
  package static func load(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, into: UnsafeMutablePointer<Int64>
  ) {
    switch type {
    case .int8: widen(source, Int8.self, stride, count, into) { Int64($0) }
    case .int16: widen(source, Int16.self, stride, count, into) { Int64($0) }
    case .int32: widen(source, Int32.self, stride, count, into) { Int64($0) }
    case .int64: widen(source, Int64.self, stride, count, into) { $0 }
    case .uint8, .uint16, .uint32, .uint64, .bool, .float16, .float32, .float64: break
    }
  }

  package static func store(
    _ values: UnsafePointer<Int64>, count: Int, _ type: ElementType, _ destination: UnsafeMutableRawPointer,
    stride: Int
  ) {
    storeInteger(values, count, type, destination, stride)
  }
}

extension UInt64: ComputeScalar {
  package static var elementType: ElementType { .uint64 }

  package static func load(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, into: UnsafeMutablePointer<UInt64>
  ) {
    switch type {
    case .uint8: widen(source, UInt8.self, stride, count, into) { UInt64($0) }
    case .uint16: widen(source, UInt16.self, stride, count, into) { UInt64($0) }
    case .uint32: widen(source, UInt32.self, stride, count, into) { UInt64($0) }
    case .uint64: widen(source, UInt64.self, stride, count, into) { $0 }
    case .bool: widen(source, UInt8.self, stride, count, into) { $0 == 0 ? 0 : 1 }
    case .int8, .int16, .int32, .int64, .float16, .float32, .float64: break
    }
  }

  package static func store(
    _ values: UnsafePointer<UInt64>, count: Int, _ type: ElementType, _ destination: UnsafeMutableRawPointer,
    stride: Int
  ) {
    storeInteger(values, count, type, destination, stride)
  }
}
