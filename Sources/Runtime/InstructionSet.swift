import CKernels

/// The instruction sets that kernels exist for, numbered as in `ek_isa` and in plan files.
package enum InstructionSet: UInt32, CaseIterable, Sendable {
  case scalar = 0
  case avx2 = 1
  case avx512 = 2
  case avx512vnni = 3
  case neon = 16
  case neondot = 17
  case neoni8mm = 18

  /// The name used by options and in messages.
  package var name: String {
    switch self {
    case .scalar: "scalar"
    case .avx2: "avx2"
    case .avx512: "avx512"
    case .avx512vnni: "avx512vnni"
    case .neon: "neon"
    case .neondot: "neondot"
    case .neoni8mm: "neoni8mm"
    }
  }

  /// The instruction set of that name.
  package init?(name: String) {
    guard let match = InstructionSet.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// Tiles of an image that a vector holds side by side (`ek_kernels.tile_lanes`); 0 without kernels for images in tiles.
  package var tileLanes: Int {
    switch self {
    case .avx2: 8
    case .avx512, .avx512vnni: 16
    case .scalar, .neon, .neondot, .neoni8mm: 0
    }
  }

  /// The same for C.
  package var isa: ek_isa { ek_isa(rawValue) }

  /// Whether this processor, and this build, has it.
  package var isSupported: Bool { ek_kernels_for(isa) != nil }

  /// Those that this processor has.
  package static var supported: [InstructionSet] { allCases.filter { $0.isSupported } }

  /// The best one that this processor has.
  package static var best: InstructionSet { InstructionSet(rawValue: ek_best_isa().rawValue) ?? .scalar }
}
