import CKernels
import Testing

@Suite struct DispatchTests {
  @Test func scalarIsAlwaysThere() throws {
    let table = try #require(ek_kernels_for(EK_ISA_SCALAR))
    #expect(table.pointee.isa == EK_ISA_SCALAR)
    #expect(ek_kernels_for(ek_isa(rawValue: 99)) == nil)
  }

  @Test func bestSetIsOneOfThis() throws {
    let best = ek_best_isa()
    let table = try #require(ek_kernels_for(best))
    #expect(table.pointee.isa == best)
    #if arch(x86_64)
      #expect(ek_kernels_for(EK_ISA_NEON) == nil)
    #else
      #expect(ek_kernels_for(EK_ISA_AVX2) == nil)
    #endif
  }

  @Test(arguments: [0, 1, 2, 3, 16, 17, 18]) func tilesAreThoseOfTheTables(_ number: UInt32) throws {
    var (rows, columns, channels) = (0, 0, 0)
    #expect(ek_tile_for(ek_isa(rawValue: number), &rows, &columns, &channels))
    #expect(rows > 0 && columns > 0 && channels > 0)
    guard let table = ek_kernels_for(ek_isa(rawValue: number)) else { return }
    #expect(table.pointee.isa.rawValue == number)
    #expect((table.pointee.gemm_mr, table.pointee.gemm_nr, table.pointee.dwconv_nr) == (rows, columns, channels))
  }

  @Test func unknownSetHasNoTile() {
    var (rows, columns, channels) = (0, 0, 0)
    #expect(!ek_tile_for(ek_isa(rawValue: 7), &rows, &columns, &channels))
  }
}
