import Runtime
import Testing

@Suite struct StridedLoopTests {
  private func lanes(_ values: [Int], _ fill: Int32) -> SIMD8<Int32> {
    var result = SIMD8<Int32>(repeating: fill)
    for (axis, value) in values.enumerated() { result[axis] = Int32(value) }
    return result
  }

  /// The pairs of offsets that a loop visits when it is cut into tasks.
  private func visited(_ loop: StridedLoop, tasks: Int, grain: Int) -> [SIMD2<Int>] {
    var result: [SIMD2<Int>] = []
    for task in 0..<tasks {
      loop.forEachRun(task: task, of: tasks, grain: grain) { offsets, length in
        for i in 0..<length {
          let at = offsets &+ loop.step &* i
          result.append(SIMD2(at[0], at[1]))
        }
      }
    }
    return result
  }

  @Test func visitsEveryElementOnceInAnyNumberOfTasks() {
    for shape in [[], [1], [200], [2, 3], [3, 1, 50], [2, 3, 4, 5], [1, 2, 1, 3, 1, 2, 2, 2], [4, 0, 3]] {
      for first in layouts(shape) {
        for second in layouts(shape) + [Array(repeating: 0, count: shape.count)] {
          let expected = shape.positions.map { position in
            zip(position, zip(first, second)).reduce(SIMD2(0, 0)) { $0 &+ SIMD2($1.1.0, $1.1.1) &* $1.0 }
          }
          let loop = StridedLoop(lanes(shape, 1), lanes(first, 0), lanes(second, 0))
          #expect(loop.count == expected.count)
          for (tasks, grain) in [(1, 64), (2, 64), (3, 1), (7, 16)] {
            let offsets = visited(loop, tasks: tasks, grain: grain)
            #expect(
              offsets.sorted { ($0.x, $0.y) < ($1.x, $1.y) } == expected.sorted { ($0.x, $0.y) < ($1.x, $1.y) },
              "\(shape) with \(first) and \(second) in \(tasks) tasks")
          }
        }
      }
    }
  }

  @Test func mergesDenseLayoutsIntoOneRun() {
    let shape = [2, 3, 4, 5]
    for layout in layouts(shape) {
      #expect(StridedLoop(lanes(shape, 1), lanes(layout, 0), lanes(layout, 0)).rank == 1)
    }
    let pixels = InstructionFixture.strides(shape, order: [0, 2, 3, 1])
    // A vector over the channels of NHWC memory: all pixels are one axis, channels the runs.
    let channels = StridedLoop(lanes(shape, 1), lanes(pixels, 0), lanes([0, 1, 0, 0], 0))
    #expect(channels.rank == 2 && channels.innerCount == 3 && channels.runCount == 40)
    #expect(channels.step[0] == 1 && channels.step[1] == 1)
    // A vector over planes: runs of whole planes in planar memory.
    let planes = StridedLoop(lanes(shape, 1), lanes(InstructionFixture.strides(shape), 0), lanes([0, 1, 0, 0], 0))
    #expect(planes.innerCount == 20 && planes.step[1] == 0)
    // Only the axes that are asked for.
    let some = StridedLoop(lanes(shape, 1), axes: 0b1100, lanes(InstructionFixture.strides(shape), 0))
    #expect(some.rank == 1 && some.count == 20)
    #expect(StridedLoop.taskCount(threads: 4, work: 100, units: 50) == 1)
    #expect(StridedLoop.taskCount(threads: 4, work: 1 << 20, units: 3) == 3)
    #expect(StridedLoop.taskCount(threads: 4, work: .max, units: 0) == 1)
  }
}
