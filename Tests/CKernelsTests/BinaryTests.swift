import CKernels
import Foundation
import TestSupport
import Testing

@Suite struct BinaryTests {
  static let functions: [ek_binary] = [
    EK_BINARY_ADD, EK_BINARY_SUBTRACT, EK_BINARY_MULTIPLY, EK_BINARY_DIVIDE, EK_BINARY_POWER, EK_BINARY_MINIMUM,
    EK_BINARY_MAXIMUM, EK_BINARY_PARAMETRIC_RELU, EK_BINARY_MODULO, EK_BINARY_REMAINDER,
  ]

  private func meaning(_ function: ek_binary, _ x: Float, _ y: Float) -> Float {
    switch function {
    case EK_BINARY_ADD: return x + y
    case EK_BINARY_SUBTRACT: return x - y
    case EK_BINARY_MULTIPLY: return x * y
    case EK_BINARY_DIVIDE: return x / y
    case EK_BINARY_POWER: return Float(pow(Double(x), Double(y)))
    case EK_BINARY_MINIMUM: return x.isNaN || y.isNaN ? .nan : min(x, y)
    case EK_BINARY_MAXIMUM: return x.isNaN || y.isNaN ? .nan : max(x, y)
    case EK_BINARY_PARAMETRIC_RELU: return x < 0 ? x * y : x
    case EK_BINARY_MODULO:
      let r = fmod(x, y)
      return r != 0 && (r < 0) != (y < 0) ? r + y : r
    default: return fmod(x, y)
    }
  }

  @Test(arguments: KernelSet.all, functions.map(\.rawValue)) func valuesAndSteps(_ set: KernelSet, _ code: UInt32) {
    var random = SeededRandom(seed: 10)
    for count in 0...67 {
      for (aStep, bStep) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
        func operand(_ step: Int) -> GuardedFloats {
          var values = random.floats(count == 0 ? 0 : (count - 1) * step + 1).map { $0 * 3 }
          if values.count > 7 { values[values.count - 3] = .nan }
          if values.count > 9 { values[2] = .infinity }
          return GuardedFloats(values)
        }
        let (a, b) = (operand(aStep), operand(bStep))
        let output = GuardedFloats(count: count)
        #expect(set.kernels.f32_binary(Int32(code), count, a.base, aStep, b.base, bStep, output.base, -2, 3.5))
        let wrong = (0..<count).count {
          !same(output[$0], clamp(meaning(ek_binary(rawValue: code), a[$0 * aStep], b[$0 * bStep]), -2, 3.5))
        }
        #expect(wrong == 0, "function \(code), count \(count), steps \(aStep) \(bStep)")
      }
    }
  }

  @Test(arguments: KernelSet.all) func inPlace(_ set: KernelSet) {
    let (a, b) = (GuardedFloats((0..<29).map(Float.init)), GuardedFloats((0..<29).map { Float($0) * 2 }))
    withExtendedLifetime(a) {
      #expect(set.kernels.f32_binary(0, 29, a.base, 1, b.base, 1, b.base, -.infinity, .infinity))
    }
    for i in 0..<29 { #expect(b[i] == Float(3 * i)) }
  }

  @Test(arguments: KernelSet.all) func refusesOtherNumbers(_ set: KernelSet) {
    var (x, y) = (Float(3), Float(7))
    for code: Int32 in [-1, 10, 16, 32, .max, .min] {
      #expect(!set.kernels.f32_binary(code, 1, &x, 1, &x, 1, &y, 0, 0))
      #expect(!set.kernels.f32_binary(code, 0, &x, 1, &x, 1, &y, 0, 0))
    }
    #expect(y == 7)
  }
}
