import Runtime
import Testing

@Suite struct InstructionFixtureTests {
  @Test func placesValuesByStrides() {
    let fixture = InstructionFixture()
    let values: [Float] = [1, 2, 3, 4, 5, 6]
    let id = fixture.input(values, [2, 3], strides: InstructionFixture.strides([2, 3], order: [1, 0]))
    #expect(fixture.values(id) == values)
    let memory = fixture.view(id, [6], strides: [1])
    #expect(fixture.values(memory) == [1, 4, 2, 5, 3, 6] as [Float])
    let repeated = fixture.broadcast(fixture.weights([7, 8] as [Int8], [2, 1]), to: [2, 2])
    #expect(fixture.values(repeated) == [7, 7, 8, 8] as [Int8])
  }
}
