import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct TilePhasesInstructionTests {
  private struct Case {
    /// Of tiles of the result.
    var rows: Int
    var columns: Int
    var channels = 3
    var phases = 4
    var before = 0
    var after = 0
  }

  private struct Built {
    let fixture: InstructionFixture
    /// Of the whole image.
    let order: TileOrderInstruction
    let phases: TilePhasesInstruction
    /// Every phase back in pixels.
    let back: [TileOrderInstruction]
    let expected: [[Float]]
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) -> Built {
    let lanes = set.kernels.tile_lanes
    let grid = TileGrid(rows: test.rows, columns: test.columns, lanes: lanes)
    let whole = TileGrid(rows: 2 * test.rows, columns: 2 * test.columns, lanes: lanes)
    let (height, width, all) = (4 * test.rows, 4 * test.columns, test.before + test.channels + test.after)
    let image = random.floats(4 * height * width * test.channels)
    let fixture = InstructionFixture(
      arenaBytes: 16 * (whole.plane + grid.plane) * 16 * (all + 4) + 16 * image.count + 16 * height * width * all
        + 65_536)
    fixture.kernels = set.kernels
    let tiles = fixture.output(.float32, whole.shape(channels: test.channels))
    var shape = grid.shape(channels: all)
    let part = shape
    shape[0] *= test.phases
    let result = fixture.output(.float32, shape)
    let expected = (0..<test.phases).map { phase in
      (0..<height * width * all).map { i -> Float in
        let (pixel, channel) = (i / all, i % all - test.before)
        guard (0..<test.channels).contains(channel) else { return 0 }
        let (y, x) = (2 * (pixel / width) + phase / 2, 2 * (pixel % width) + phase % 2)
        return image[(y * 2 * width + x) * test.channels + channel]
      }
    }
    return Built(
      fixture: fixture,
      order: TileOrderInstruction(
        input: fixture.input(image, [1, 2 * height, 2 * width, test.channels]), output: tiles,
        tileRows: Int32(whole.rows), tileColumns: Int32(whole.columns), makesTiles: true),
      phases: TilePhasesInstruction(
        input: tiles, output: result, tileRows: Int32(test.rows), tileColumns: Int32(test.columns),
        phases: Int32(test.phases), channelsBefore: Int32(test.before), channelsAfter: Int32(test.after)),
      back: (0..<test.phases).map { phase in
        TileOrderInstruction(
          input: fixture.view(
            result, part, strides: InstructionFixture.strides(part), offset: phase * part.reduce(1, *)),
          output: fixture.output(.float32, [1, height, width, all]), tileRows: Int32(test.rows),
          tileColumns: Int32(test.columns), makesTiles: false)
      }, expected: expected)
  }

  private static let capable = TestedKernels.all.filter { $0.kernels.tile_lanes > 0 }

  @Test(arguments: capable) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 96)
    for (rows, columns) in [(4, 4), (5, 4), (8, 4), (3, 4), (4, 8), (7, 7), (2, 16), (1, 17), (16, 1), (3, 33), (9, 5)]
    {
      var test = Case(rows: rows, columns: columns, channels: random.pick(1...20))
      if TileGrid(rows: rows, columns: columns, lanes: set.kernels.tile_lanes).block > 1 { continue }
      for phases in [4, 1] {
        test.phases = phases
        if phases == 1 { (test.before, test.after) = (random.pick(0...5), random.pick(0...5)) }
        let built = build(test, set, &random)
        for threads in 1...3 {
          try built.fixture.run(built.order, threads: threads)
          try built.fixture.run(built.phases, threads: threads)
          for (phase, back) in built.back.enumerated() {
            try built.fixture.run(back, threads: threads)
            #expect(built.fixture.values(back.output) == built.expected[phase], "phase \(phase) of \(test)")
          }
        }
      }
    }
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 97)
    for round in 0..<20 {
      let phases = round % 2 == 0 ? 4 : 1
      let built = build(
        Case(
          rows: 4, columns: 4 + round % 3, phases: phases, before: phases == 1 ? 2 : 0, after: phases == 1 ? 3 : 0),
        set,
        &random)
      try built.fixture.run(built.order)
      for _ in 0..<80 {
        var copy = mutated(mutated(built.phases, &random), &random)
        copy.output = built.phases.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
      }
      for phases: Int32 in [0, 2, 3, 5, -1, .max] {
        var copy = built.phases
        copy.phases = phases
        #expect(built.fixture.refuses(copy))
      }
    }
    // Fewer tiles than a vector has lanes lie in blocks of channels.
    let built = build(Case(rows: 1, columns: 1), set, &random)
    #expect(built.fixture.refuses(built.phases))
  }
}
