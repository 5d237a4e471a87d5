import CPlatform
import Runtime

/// `edge-node info`: what this machine offers.
private func printInfo() {
  print("{\"cores\": \(ep_available_cores()), \"instructions\": \(Opcode.allCases.count)}")
}

printInfo()
