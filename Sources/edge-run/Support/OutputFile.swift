import CPlatform
import Foundation
import Runtime

/// Writes outputs: never over an existing file unless told to, and never half of one.
enum OutputFile {
  static func write(_ bytes: [UInt8], to path: String, force: Bool) throws {
    let error = bytes.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, force) }
    switch error {
    case 0: return
    case EEXIST: throw Failure.cannotCreate("\(path) exists; --force replaces it")
    case EIO, ENOSPC, EDQUOT, EFBIG: throw Failure.io("\(path): writing failed: \(systemErrorText(error))")
    default: throw Failure.cannotCreate("\(path): cannot be created: \(systemErrorText(error))")
    }
  }
}
