import CPlatform
import Classification
import Runtime

/// The options that every verb takes.
struct CommonOptions {
  var json = false
  var quiet = false
  var help = false
  /// Numbers of threads; only `bench` takes several.
  var threads = [Int(ep_big_cores())]
  /// Nil for `auto`.
  var isa: InstructionSet?

  static let threadRange = 1...64

  init() {}

  /// Of a verb that takes nothing else.
  init(verb: String, _ words: [String]) throws(NodeError) {
    var arguments = ArgumentReader(words)
    while let word = try arguments.next() {
      switch word {
      case .operand(let operand): throw .usage("\(verb) takes no '\(operand)'; --help tells more")
      case .option(let option):
        guard try take(option, &arguments) else { throw .usage("\(verb) has no option '\(option)'; --help lists them") }
      }
    }
  }

  /// Takes the option if it is a common one.
  mutating func take(
    _ option: String, _ arguments: inout ArgumentReader, severalThreads: Bool = false
  ) throws(NodeError) -> Bool {
    switch option {
    case "--json": json = true
    case "--quiet", "-q": quiet = true
    case "--help", "-h": help = true
    case "--threads": try setThreads(try arguments.value(of: option), several: severalThreads)
    case "--isa": try setISA(try arguments.value(of: option))
    default: return false
    }
    return true
  }

  private mutating func setThreads(_ text: String, several: Bool) throws(NodeError) {
    var numbers: [Int] = []
    for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      numbers.append(try ArgumentReader.integer(String(Substring(part)), of: "--threads", Self.threadRange))
    }
    guard several || numbers.count == 1 else { throw .usage("--threads: one number is expected, not '\(text)'") }
    threads = numbers
  }

  private mutating func setISA(_ name: String) throws(NodeError) {
    if name == "auto" {
      isa = nil
      return
    }
    guard let wanted = InstructionSet(name: name), wanted.isSupported else {
      let names = InstructionSet.supported.map { $0.name }.joined(separator: ", ")
      throw .usage("--isa: this machine has no '\(name)'; it has \(names)")
    }
    isa = wanted
  }

  /// Maps a plan that these options allow.
  func load(_ path: String) throws(NodeError) -> Plan {
    let plan: Plan
    do throws(PlanError) { plan = try Plan(path: path) } catch {
      if case .malformed = error, path.utf8.suffix(5).elementsEqual(".onnx".utf8) {
        throw .plan(
          path: path,
          .unsupported(reason: "this program runs compiled plans only: edge-run compile \(path) -o FILE.edge"))
      }
      throw .plan(path: path, error)
    }
    if let isa, isa.rawValue != plan.header.isa {
      let compiled = InstructionSet(rawValue: plan.header.isa)?.name ?? "another instruction set"
      throw .plan(
        path: path,
        .unsupported(reason: "compiled for \(compiled), not \(isa.name): edge-run compile --for \(isa.name)"))
    }
    return plan
  }
}
