/// Element-wise functions of two arguments, numbered for the file: never renumber, only add.
package enum BinaryFunction: Int32, Sendable, CaseIterable {
  case add = 0
  case subtract = 1
  case multiply = 2
  case divide = 3
  case power = 4
  case minimum = 5
  case maximum = 6
  /// `a < 0 ? a * b : a`: ONNX PRelu with slope b.
  case parametricRelu = 7
  /// Sign of the divisor.
  case modulo = 8
  /// Sign of the dividend.
  case remainder = 9
  case equal = 16
  case less = 17
  case lessOrEqual = 18
  case greater = 19
  case greaterOrEqual = 20
  case and = 32
  case or = 33
  case exclusiveOr = 34
  case bitwiseAnd = 48
  case bitwiseOr = 49
  case bitwiseExclusiveOr = 50
  case shiftLeft = 51
  case shiftRight = 52

  /// Whether the result is bool whatever the operands' type.
  package var isPredicate: Bool { rawValue >= 16 && rawValue < 48 }
}
