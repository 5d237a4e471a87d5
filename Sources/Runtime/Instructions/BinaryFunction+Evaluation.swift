import CKernels

extension BinaryFunction {
  /// Whether the function is defined for a type.
  package func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .parametricRelu, .modulo, .remainder:
      type != .bool
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    case .and, .or, .exclusiveOr: type == .bool
    case .bitwiseAnd, .bitwiseOr, .bitwiseExclusiveOr: type.isInteger
    case .shiftLeft, .shiftRight: type.isInteger && type.computeClass == .unsigned
    }
  }

  /// `output[i] = self(a[i], b[i])` for contiguous floating-point numbers; predicates and bit operations, which have no
  /// floating-point result, copy a. `output` may be `a` or `b`.
  package func evaluate(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int, into output: UnsafeMutablePointer<Double>
  ) {
    @inline(__always) func map(_ function: (Double, Double) -> Double) {
      for i in 0..<count { output[i] = function(a[i], b[i]) }
    }
    switch self {
    case .add: map { $0 + $1 }
    case .subtract: map { $0 - $1 }
    case .multiply: map { $0 * $1 }
    case .divide: map { $0 / $1 }
    case .power: map { em_pow($0, $1) }
    // A NaN in either operand is the result, as in NumPy.
    case .minimum: map { $0 < $1 || $0 != $0 ? $0 : $1 }
    case .maximum: map { $0 > $1 || $0 != $0 ? $0 : $1 }
    case .parametricRelu: map { $0 < 0 ? $0 * $1 : $0 }
    case .modulo:
      map { x, y in
        let rest = em_fmod(x, y)
        return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
      }
    case .remainder: map { em_fmod($0, $1) }
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .exclusiveOr, .bitwiseAnd, .bitwiseOr,
      .bitwiseExclusiveOr, .shiftLeft, .shiftRight:
      map { x, _ in x }
    }
  }

  /// The same for integers, which wrap around; dividing by zero and shifting by the width or more give 0.
  package func evaluate<I: ComputeScalar & FixedWidthInteger>(
    _ a: UnsafePointer<I>, _ b: UnsafePointer<I>, count: Int, into output: UnsafeMutablePointer<I>
  ) {
    @inline(__always) func map(_ function: (I, I) -> I) {
      for i in 0..<count { output[i] = function(a[i], b[i]) }
    }
    switch self {
    case .add: map { $0 &+ $1 }
    case .subtract: map { $0 &- $1 }
    case .multiply: map { $0 &* $1 }
    case .divide: map { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }
    case .power: map { Self.power($0, $1) }
    case .minimum: map { $1 < $0 ? $1 : $0 }
    case .maximum: map { $1 > $0 ? $1 : $0 }
    case .parametricRelu: map { $0 < 0 ? $0 &* $1 : $0 }
    case .modulo:
      map { x, y in
        let rest = Self.remainder(x, y)
        return rest != 0 && (rest < 0) != (y < 0) ? rest &+ y : rest
      }
    case .remainder: map { Self.remainder($0, $1) }
    case .bitwiseAnd: map { $0 & $1 }
    case .bitwiseOr: map { $0 | $1 }
    case .bitwiseExclusiveOr: map { $0 ^ $1 }
    // Swift's shifts by too much give 0 for unsigned numbers.
    case .shiftLeft: map { $0 << $1 }
    case .shiftRight: map { $0 >> $1 }
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .exclusiveOr: map { x, _ in x }
    }
  }

  /// `output[i] = self(a[i], b[i])` as 0 or 1, for comparisons and logic; bool operands are 0 or 1.
  package func test<S: ComputeScalar>(
    _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int, into output: UnsafeMutablePointer<UInt64>
  ) {
    @inline(__always) func map(_ predicate: (S, S) -> Bool) {
      for i in 0..<count { output[i] = predicate(a[i], b[i]) ? 1 : 0 }
    }
    switch self {
    case .equal: map { $0 == $1 }
    case .less: map { $0 < $1 }
    case .lessOrEqual: map { $0 <= $1 }
    case .greater: map { $0 > $1 }
    case .greaterOrEqual: map { $0 >= $1 }
    case .and: map { $0 != 0 && $1 != 0 }
    case .or: map { $0 != 0 || $1 != 0 }
    case .exclusiveOr: map { ($0 != 0) != ($1 != 0) }
    default: map { _, _ in false }
    }
  }

  /// The remainder with the sign of x; 0 where y is.
  @inline(__always)
  private static func remainder<I: FixedWidthInteger>(_ x: I, _ y: I) -> I {
    y == 0 ? 0 : x.remainderReportingOverflow(dividingBy: y).partialValue
  }

  /// x to the power y by squaring; a negative y truncates the fraction toward zero (0 for x = 0).
  @inline(__always)
  private static func power<I: FixedWidthInteger>(_ x: I, _ y: I) -> I {
    if y < 0 { return x == 1 ? 1 : x &+ 1 == 0 ? (y & 1 == 0 ? 1 : x) : 0 }
    var (base, exponent, result) = (x, y, I(1))
    while exponent != 0 {
      if exponent & 1 == 1 { result = result &* base }
      base = base &* base
      exponent >>= 1
    }
    return result
  }
}
