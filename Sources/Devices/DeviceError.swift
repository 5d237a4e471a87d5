/// A device that cannot be measured on.
package enum DeviceError: Error, Equatable, Sendable {
  /// No address of a device (exit code 64).
  case address(String, wanted: String)
  /// It does not answer, or not any more (exit code 69).
  case unreachable(address: String, reason: String)
  /// It answers, but will not do what was asked (exit code 69).
  case refused(address: String, reason: String)

  package var message: String {
    switch self {
    case .address(let text, let wanted): "target '\(text)': expected \(wanted)"
    case .unreachable(let address, let reason): "target \(address): \(reason)"
    case .refused(let address, let reason): "target \(address) refused: \(reason)"
    }
  }

  package var exitCode: Int32 {
    switch self {
    case .address: 64
    case .unreachable, .refused: 69
    }
  }
}
