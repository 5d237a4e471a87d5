/// One member of a tar archive.
package struct TarEntry: Sendable, Equatable {
  /// What a member is; links, devices and pipes are `other`, they hold no bytes.
  package enum Kind: Sendable {
    case file, folder, other
  }

  package let name: String
  package let kind: Kind
  /// Offset of the first byte of its content.
  package let offset: UInt64
  package let byteCount: UInt64
}
