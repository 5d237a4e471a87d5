import Graph
import Runtime
import Testing

@Suite struct CastTests {
  private func cast(_ x: Tensor, to type: ElementType) -> SingleNode {
    SingleNode("Cast", [x], ["to": .int(Int(type.rawValue))])
  }

  @Test func rounding() throws {
    try cast(floats([1.9, -1.9, 0.2, .nan]), to: .int32).expect(Tensor([Int32(1), -1, 0, 0], shape: [4]))
    try cast(floats([300, -5, .infinity]), to: .uint8).expect(Tensor([UInt8(255), 0, 255], shape: [3]))
    try cast(longs([256 + 7, -1]), to: .uint8).expect(Tensor([UInt8(7), 255], shape: [2]))
    try cast(floats([0, 0.25, -1, .nan]), to: .bool).expect(bools([false, true, true, true]))
    try cast(bools([false, true]), to: .float16).expect(Tensor([Float16(0), 1], shape: [2]))
    try cast(floats([1.0001, 65520, -1e-8]), to: .float16).expect(Tensor([Float16(1), .infinity, -0.0], shape: [3]))
    try cast(Tensor([UInt64.max], shape: [1]), to: .float32).expect(floats([0x1p64]))
    try cast(longs([9_007_199_254_740_993]), to: .uint64).expect(Tensor([UInt64(9_007_199_254_740_993)], shape: [1]))
  }

  @Test func everyPairOfTypes() throws {
    var random = TestRandom()
    for from in ElementType.allCases {
      let x = random.tensor(from, [2, 3, 4, 2], scale: 100)
      for to in ElementType.allCases {
        try cast(x, to: to).expectPlanEqualsReference()
        try SingleNode("CastLike", [x, Tensor(type: to, shape: [1], doubles: [0])]).expectPlanEqualsReference()
      }
    }
  }

  @Test func refusals() throws {
    #expect(try SingleNode("Cast", [floats([1])]).complaint().contains("'to'"))
    #expect(try SingleNode("Cast", [floats([1])], ["to": .int(8)]).complaint().contains("8"))
  }
}
