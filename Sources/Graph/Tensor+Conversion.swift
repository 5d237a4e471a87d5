import Runtime

extension Tensor {
  /// All elements as Double: exact for every type but 64-bit integers beyond 2^53. bool is 0 or 1.
  package var doubles: [Double] {
    switch type {
    case .float32: elements(as: Float.self).map(Double.init)
    case .float64: elements(as: Double.self)
    case .float16: elements(as: Float16.self).map(Double.init)
    case .uint8: elements(as: UInt8.self).map(Double.init)
    case .int8: elements(as: Int8.self).map(Double.init)
    case .uint16: elements(as: UInt16.self).map(Double.init)
    case .int16: elements(as: Int16.self).map(Double.init)
    case .uint32: elements(as: UInt32.self).map(Double.init)
    case .int32: elements(as: Int32.self).map(Double.init)
    // Not `map(Double.init)`, which would be the initialiser that takes a bit pattern.
    case .uint64: elements(as: UInt64.self).map { Double($0) }
    case .int64: elements(as: Int64.self).map(Double.init)
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    }
  }

  /// All elements as Int: floating point toward zero (saturating, NaN is 0), uint64 by its bit pattern, bool 0 or 1.
  package var integers: [Int] {
    switch type {
    case .float32, .float64, .float16: doubles.map { $0.isNaN ? 0 : Int(clamping: $0) }
    case .uint8: elements(as: UInt8.self).map(Int.init)
    case .int8: elements(as: Int8.self).map(Int.init)
    case .uint16: elements(as: UInt16.self).map(Int.init)
    case .int16: elements(as: Int16.self).map(Int.init)
    case .uint32: elements(as: UInt32.self).map(Int.init)
    case .int32: elements(as: Int32.self).map(Int.init)
    case .uint64: elements(as: UInt64.self).map { Int(truncatingIfNeeded: $0) }
    case .int64: elements(as: Int64.self).map(Int.init)
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    }
  }

  /// A tensor of `type` from real numbers: rounded to the nearest for floating point, toward zero and saturated for
  /// integers (NaN becomes 0), true for bool unless 0.
  package init(type: ElementType, shape: [Int], doubles: [Double]) {
    switch type {
    case .float32: self.init(doubles.map { Float($0) }, shape: shape)
    case .float64: self.init(doubles, shape: shape)
    case .float16: self.init(doubles.map { Float16($0) }, shape: shape)
    case .bool: self.init(doubles.map { $0 != 0 }, shape: shape)
    case .uint8: self.init(doubles.map { UInt8(clamping: Int(clamping: $0)) }, shape: shape)
    case .int8: self.init(doubles.map { Int8(clamping: Int(clamping: $0)) }, shape: shape)
    case .uint16: self.init(doubles.map { UInt16(clamping: Int(clamping: $0)) }, shape: shape)
    case .int16: self.init(doubles.map { Int16(clamping: Int(clamping: $0)) }, shape: shape)
    case .uint32: self.init(doubles.map { UInt32(clamping: Int(clamping: $0)) }, shape: shape)
    case .int32: self.init(doubles.map { Int32(clamping: Int(clamping: $0)) }, shape: shape)
    case .uint64:
      self.init(
        doubles.map { $0 >= 0x1p64 ? UInt64.max : $0 > 0 ? UInt64($0) : 0 }, shape: shape)
    case .int64: self.init(doubles.map { Int64(Int(clamping: $0)) }, shape: shape)
    }
  }

  /// A tensor of `type` from integers: wrapped around for integer types, rounded for floating point.
  package init(type: ElementType, shape: [Int], integers: [Int]) {
    switch type {
    case .float32, .float64, .float16: self.init(type: type, shape: shape, doubles: integers.map(Double.init))
    case .bool: self.init(integers.map { $0 != 0 }, shape: shape)
    case .uint8: self.init(integers.map { UInt8(truncatingIfNeeded: $0) }, shape: shape)
    case .int8: self.init(integers.map { Int8(truncatingIfNeeded: $0) }, shape: shape)
    case .uint16: self.init(integers.map { UInt16(truncatingIfNeeded: $0) }, shape: shape)
    case .int16: self.init(integers.map { Int16(truncatingIfNeeded: $0) }, shape: shape)
    case .uint32: self.init(integers.map { UInt32(truncatingIfNeeded: $0) }, shape: shape)
    case .int32: self.init(integers.map { Int32(truncatingIfNeeded: $0) }, shape: shape)
    case .uint64: self.init(integers.map { UInt64(truncatingIfNeeded: $0) }, shape: shape)
    case .int64: self.init(integers.map { Int64($0) }, shape: shape)
    }
  }

  /// A float32 tensor (or of another type) with every element the same.
  package init(type: ElementType = .float32, shape: [Int], repeating value: Double) {
    self.init(type: type, shape: shape, doubles: Array(repeating: value, count: shape.reduce(1, *)))
  }
}

extension Int {
  /// The integer nearest to a real number toward zero; saturates, and NaN is 0.
  package init(clamping value: Double) {
    self = value.isNaN ? 0 : value >= 0x1p63 ? Int.max : value <= -0x1p63 ? Int.min : Int(value)
  }
}
