import CKernels
import TestSupport
import Testing

/// Winograd's transforms against the scalar ones, and all of them together against a convolution by its definition.
@Suite struct WinogradTests {
  @Test(arguments: KernelSet.all, [2, 4]) func transformsEqualScalarOnes(_ set: KernelSet, _ tile: Int) throws {
    let scalar = try #require(ek_kernels_for(EK_ISA_SCALAR)).pointee
    var random = SeededRandom(seed: 70)
    let side = tile + 2
    for channels in 1...37 {
      let pixel = channels + channels % 3
      let row = side * pixel + 1
      let image = GuardedFloats(random.floats((side - 1) * row + (side - 1) * pixel + channels))
      let residual = GuardedFloats(random.floats(image.count))
      let (first, last) = (random.pick(0...2), side - random.pick(0...2))
      var place = ek_winograd_tile(
        first_row: Int32(first), end_row: Int32(last), first_column: Int32(channels % 2), end_column: Int32(side),
        row_step: row, column_step: pixel)
      let step = channels + 5
      let (got, expected) = (GuardedFloats(count: side * side * step), GuardedFloats(count: side * side * step))
      set.kernels.f32_winograd_input(Int32(tile), &place, channels, image.base, got.base, step)
      scalar.f32_winograd_input(Int32(tile), &place, channels, image.base, expected.base, step)
      #expect(close(got, expected), "input, \(channels) channels")

      place.end_row = Int32(1 + channels % tile)
      place.end_column = Int32(1 + channels / 2 % tile)
      let products = GuardedFloats(random.floats(side * side * step - 5))
      let bias = GuardedFloats(random.floats(channels))
      let (y, z) = (GuardedFloats(count: image.count), GuardedFloats(count: image.count))
      for (b, r) in [(nil, nil), (bias.base, nil), (bias.base, residual.base)]
        as [(UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?)]
      {
        set.kernels.f32_winograd_output(
          Int32(tile), &place, channels, products.base, step, b, y.base, r, &place, -2, 3)
        scalar.f32_winograd_output(Int32(tile), &place, channels, products.base, step, b, z.base, r, &place, -2, 3)
        #expect(close(y, z), "output, \(channels) channels")
      }

      let taps = GuardedFloats(random.floats(9 * step))
      let (u, v) = (GuardedFloats(count: side * side * step), GuardedFloats(count: side * side * step))
      set.kernels.f32_winograd_weights(Int32(tile), channels, taps.base, step, u.base, step)
      scalar.f32_winograd_weights(Int32(tile), channels, taps.base, step, v.base, step)
      #expect(close(u, v), "weights, \(channels)")

      set.kernels.f32_winograd_output_adjoint(Int32(tile), &place, channels, image.base, got.base, step)
      scalar.f32_winograd_output_adjoint(Int32(tile), &place, channels, image.base, expected.base, step)
      #expect(close(got, expected), "output's adjoint, \(channels) channels")
      set.kernels.f32_winograd_weights_adjoint(Int32(tile), channels, products.base, step, taps.base, step)
      let other = GuardedFloats(random.floats(9 * step))
      for i in 0..<other.count { other.base[i] = taps[i] }
      scalar.f32_winograd_weights_adjoint(Int32(tile), channels, products.base, step, other.base, step)
      #expect(close(taps, other), "weights' adjoint, \(channels)")
    }
  }

  /// `<A m, y> = <m, Aᵀ y>` for the transforms of outputs and of weights.
  @Test(arguments: KernelSet.all, [2, 4]) func adjointsAreTransposes(_ set: KernelSet, _ tile: Int) {
    var random = SeededRandom(seed: 75)
    let (side, channels) = (tile + 2, 11)
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    for (rows, columns) in [(tile, tile), (1, tile), (tile - 1, 1)] {
      var place = ek_winograd_tile(
        first_row: 0, end_row: Int32(rows), first_column: 0, end_column: Int32(columns), row_step: tile * channels,
        column_step: channels)
      let (m, y) = (random.floats(side * side * channels), random.floats(tile * tile * channels))
      var forward = [Float](repeating: 0, count: y.count)
      set.kernels.f32_winograd_output(
        Int32(tile), &place, channels, m, channels, nil, &forward, nil, &place, -.infinity, .infinity)
      var backward = [Float](repeating: 0, count: m.count)
      set.kernels.f32_winograd_output_adjoint(Int32(tile), &place, channels, y, &backward, channels)
      #expect(abs(product(forward, y) - product(m, backward)) < 1e-3)
    }
    let (u, g) = (random.floats(side * side * channels), random.floats(9 * channels))
    var forward = [Float](repeating: 0, count: u.count)
    set.kernels.f32_winograd_weights(Int32(tile), channels, g, channels, &forward, channels)
    var backward = [Float](repeating: 0, count: g.count)
    set.kernels.f32_winograd_weights_adjoint(Int32(tile), channels, u, channels, &backward, channels)
    #expect(abs(product(forward, u) - product(g, backward)) < 1e-4)
  }

  /// Equal up to rounding, and untouched at the same places.
  private func close(_ a: GuardedFloats, _ b: GuardedFloats) -> Bool {
    (0..<a.count).allSatisfy { i in
      if a.isUntouched(i) || b.isUntouched(i) { return a.isUntouched(i) && b.isUntouched(i) }
      return abs(a[i] - b[i]) <= 2e-5
    }
  }

  @Test(arguments: KernelSet.all, [2, 4]) func isAConvolution(_ set: KernelSet, _ tile: Int) {
    var random = SeededRandom(seed: 71)
    let (side, channels) = (tile + 2, 5)
    let image = random.floats(side * side * channels)
    let taps = random.floats(9 * channels)
    var place = ek_winograd_tile(
      first_row: 0, end_row: Int32(side), first_column: 0, end_column: Int32(side), row_step: side * channels,
      column_step: channels)
    var transformed = [Float](repeating: 0, count: side * side * channels)
    var weights = transformed
    set.kernels.f32_winograd_input(Int32(tile), &place, channels, image, &transformed, channels)
    set.kernels.f32_winograd_weights(Int32(tile), channels, taps, channels, &weights, channels)
    let products = zip(transformed, weights).map { $0 * $1 }
    var output = [Float](repeating: 0, count: tile * tile * channels)
    place.end_row = Int32(tile)
    place.end_column = Int32(tile)
    place.row_step = tile * channels
    set.kernels.f32_winograd_output(
      Int32(tile), &place, channels, products, channels, nil, &output, nil, &place, -.infinity, .infinity)
    for y in 0..<tile {
      for x in 0..<tile {
        for c in 0..<channels {
          var sum = 0.0
          for t in 0..<9 {
            let value = image[((y + t / 3) * side + x + t % 3) * channels + c]
            sum += Double(value) * Double(taps[t * channels + c])
          }
          #expect(abs(Double(output[(y * tile + x) * channels + c]) - sum) < 5e-5)
        }
      }
    }
  }
}
