import CPlatform

/// What this machine calls itself.
package enum MachineName {
  /// A board's model, or the processor's: "Raspberry Pi 4 Model B Rev 1.4"; "unknown" where it does not say.
  package static var current: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, let text = ep_machine_name(base, buffer.count) else { return "unknown" }
      return String(cString: text)
    }
  }
}
