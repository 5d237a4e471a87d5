import CPlatform
import Measure
import Runtime

/// `edge-node info`: what this machine offers, and which plans this program runs.
enum InfoVerb {
  static func run(_ words: [String]) throws(NodeError) -> Int32 {
    let common = try CommonOptions(verb: "info", words)
    if common.help { return Console.write(Help.info) ? 0 : 74 }
    return Console.write(common.json ? json.text : text) ? 0 : 74
  }

  static var json: JSONObject {
    var object = JSONObject()
    object.set("machine", MachineName.current)
    object.set("architecture", architecture)
    object.set("isa", InstructionSet.best.name)
    object.set("isas", InstructionSet.supported.map { $0.name })
    object.set("cores", Int(ep_available_cores()))
    object.set("big_cores", Int(ep_big_cores()))
    object.set("plan_version", Int(PlanHeader.currentVersion))
    object.set("peak_rss_bytes", ep_peak_resident_bytes())
    return object
  }

  private static var text: String {
    """
    machine          \(MachineName.current)
    architecture     \(architecture)
    instruction set  \(InstructionSet.best.name) (of \(InstructionSet.supported.map { $0.name }.joined(separator: ", ")))
    cores            \(ep_available_cores()), of them big \(ep_big_cores())
    plan version     \(PlanHeader.currentVersion)
    """
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #elseif arch(arm)
      "arm"
    #elseif arch(riscv64)
      "riscv64"
    #else
      "unknown"
    #endif
  }
}
