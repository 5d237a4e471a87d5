import CPlatform
import Measure
import Runtime

/// `edge-node bench`
enum BenchVerb {
  static func run(_ words: [String]) throws(NodeError) -> Int32 {
    var common = CommonOptions()
    var seconds = 2.0
    var runs: Int?
    var arguments = ArgumentReader(words)
    var models: [String] = []
    while let word = try arguments.next() {
      switch word {
      case .operand(let operand): models.append(operand)
      case .option(let option):
        if try common.take(option, &arguments, severalThreads: true) { continue }
        switch option {
        case "--seconds": seconds = try self.seconds(try arguments.value(of: option))
        case "--runs": runs = try arguments.integer(of: option, 1...Benchmark.maximumRuns)
        default: throw .usage("bench has no option '\(option)'; --help lists them")
        }
      }
    }
    if common.help { return Console.write(Help.bench) ? 0 : 74 }
    guard !models.isEmpty else { throw .usage("bench needs a model; --help tells more") }
    var results: [BenchmarkResult] = []
    if !common.json, !Console.write(BenchmarkResult.tableHeading) { throw .writingFailed }
    for model in models {
      let start = ep_now_ns()
      let plan = try common.load(model)
      let loaded = ep_now_ns() - start
      for threads in common.threads {
        let benchmark = Benchmark(threads: threads, seconds: seconds, runs: runs)
        do throws(PlanError) {
          results.append(
            try benchmark.measure(plan, model: model, loadNanoseconds: loaded) { ep_interrupted() })
        } catch {
          throw .plan(path: model, error)
        }
        if ep_interrupted() { throw .interrupted("the same command starts again") }
        if !common.json, let row = results.last?.tableRow, !Console.write(row) { throw .writingFailed }
      }
    }
    if common.json, !Console.write(JSONObject.array(results.map { $0.json })) { throw .writingFailed }
    return 0
  }

  /// A number of seconds such as `2` or `0.5`; at most three decimals count.
  private static func seconds(_ text: String) throws(NodeError) -> Double {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let whole = parts.first.flatMap { $0.isEmpty ? 0 : Int(Substring($0)) }
    let digits = parts.count == 2 ? Substring(parts[1].prefix(3)) : ""
    let fraction = digits.isEmpty ? 0 : Int(digits)
    guard let whole, let fraction, parts.count <= 2, whole >= 0, whole <= 86_400, fraction >= 0, text != "." else {
      throw .usage("--seconds: '\(text)' is not a number of seconds up to 86400")
    }
    let scale = [1.0, 10, 100, 1000][digits.utf8.count]
    return Double(whole) + Double(fraction) / scale
  }
}
