import Graph
import Runtime
import TestSupport
import Testing

/// NumPy's file format.
struct NPYTests {
  private func file(_ header: String, version: UInt8 = 1, data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    let length: [UInt8] = [UInt8(text.count & 0xff), UInt8(text.count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
  }

  @Test(arguments: ElementType.allCases)
  func everyTypeSurvives(_ type: ElementType) throws {
    for shape in [[], [0], [3], [2, 3], [1, 2, 3, 4]] {
      let count = shape.reduce(1, *)
      let tensor = Tensor(type: type, shape: shape, integers: (0..<count).map { $0 % 2 })
      let bytes = NPY.bytes(tensor)
      #expect((bytes.count - tensor.bytes.count) % 64 == 0)
      #expect(try NPY.tensor(bytes) == tensor)
    }
  }

  @Test func bytesAsNumPyWritesThem() throws {
    let bytes = file(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }" + String(repeating: " ", count: 60) + "\n",
      data: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    #expect(try NPY.tensor(bytes) == Tensor([1, -2] as [Float], shape: [2]))
    #expect(bytes == NPY.bytes(Tensor([1, -2] as [Float], shape: [2])))
  }

  @Test func otherSpellings() throws {
    for version in [1, 2, 3] as [UInt8] {
      let header = "{\"shape\":(1, 2),\"descr\":\"|u1\",\"fortran_order\":False}"
      #expect(
        try NPY.tensor(file(header, version: version, data: [1, 2])) == Tensor([1, 2] as [UInt8], shape: [1, 2]))
    }
    // A vector has the same bytes in both orders.
    #expect(
      try NPY.tensor(file("{'descr': '|i1', 'fortran_order': True, 'shape': (2,)}", data: [1, 255]))
        == Tensor([1, -1] as [Int8], shape: [2]))
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1048576, 1048576)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4611686018427387904)}",
    "{'descr': '>f4', 'fortran_order': False, 'shape': ()}", "{'descr': '<U4', 'fortran_order': False, 'shape': ()}",
    "{'descr': '|O', 'fortran_order': False, 'shape': ()}", "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': ()} x", "[1]",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}",
  ])
  func badHeaders(_ header: String) {
    #expect(throws: NPYError.self) { try NPY.tensor(file(header, data: [0, 0, 0, 0])) }
  }

  @Test func wrongLengths() {
    let good = NPY.bytes(Tensor([1, 2] as [Float], shape: [2]))
    for count in 0..<good.count {
      #expect(throws: NPYError.self) { try NPY.tensor(Array(good.prefix(count))) }
    }
    #expect(throws: NPYError.self) { try NPY.tensor(good + [0]) }
    #expect(throws: NPYError.notNPY) { try NPY.tensor(Array("not an array at all".utf8)) }
  }

  @Test func mutationsNeverCrash() throws {
    var generator = SeededRandom(seed: 11)
    let good = NPY.bytes(Tensor(type: .int16, shape: [2, 3, 4], integers: Array(0..<24)))
    var refused = 0
    for _ in 0..<4_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<128, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      do throws(NPYError) {
        _ = try NPY.tensor(bytes)
      } catch {
        refused += 1
        #expect(!error.message.isEmpty)
      }
    }
    #expect(refused > 1_000)
  }
}
