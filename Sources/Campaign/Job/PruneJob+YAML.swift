import AAPPolicy
import Imaging
import Yams

extension PruneJob {
  /// Longer files are no job files.
  package static let maximumBytes = 100_000

  /// Reads a job file.
  ///
  /// - Parameter path: Of the file, for messages.
  /// - Throws: `JobError` with the line of a key that is unknown, twice there, or has no such value.
  package init(yaml text: String, path: String) throws(JobError) {
    self.init()
    guard text.utf8.count <= PruneJob.maximumBytes else {
      throw JobError(path: path, line: nil, reason: "longer than \(PruneJob.maximumBytes) bytes: this is no job file")
    }
    guard let root = try PruneJob.compose(text, path), case .mapping(let mapping) = root else {
      throw JobError(path: path, line: nil, reason: "a job is a list of 'key: value' lines; `prune --keys` lists them")
    }
    var seen = Set<String>()
    for (key, value) in mapping {
      let name = key.string ?? ""
      let line = key.mark?.line
      guard seen.insert(name).inserted else {
        throw JobError(path: path, line: line, reason: "'\(name)' is there twice")
      }
      if name == "bounds" {
        try setBounds(value, path)
      } else {
        try set(name, value, line, path)
      }
    }
    guard increment >= floor else {
      throw JobError(
        path: path, line: nil,
        reason:
          "increment: \(increment) is less than floor: \(floor), below which no step is made: raise it or lower floor")
    }
    for (name, value) in [("model", model), ("data", data)] where value.isEmpty {
      throw JobError(path: path, line: nil, reason: "'\(name)' is missing: add a line '\(name): ...'")
    }
  }

  private static func compose(_ text: String, _ path: String) throws(JobError) -> Yams.Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw JobError(path: path, line: mark.line, reason: problem)
      case .duplicatedKeysInMapping(let keys, let context):
        throw JobError(path: path, line: context.mark.line, reason: "'\(keys.joined(separator: ", "))' is there twice")
      default: throw JobError(path: path, line: nil, reason: "this is no YAML: \(error)")
      }
    } catch {
      throw JobError(path: path, line: nil, reason: "this is no YAML: \(error)")
    }
  }

  private mutating func set(_ name: String, _ value: Yams.Node, _ line: Int?, _ path: String) throws(JobError) {
    guard let key = JobKey.all.first(where: { $0.name == name }) else {
      throw JobError.unknown(name, among: JobKey.all.map(\.name) + ["bounds"], path, line)
    }
    guard case .scalar(let scalar) = value else {
      throw JobError(path: path, line: line, reason: "'\(name)' takes a single value")
    }
    settings[name] = scalar.string
    do throws(JobKey.Refusal) {
      try key.set(&self, scalar.string)
    } catch {
      throw JobError(path: path, line: line, reason: "\(name): '\(scalar.string)': give \(error.wanted)")
    }
  }

  private mutating func setBounds(_ value: Yams.Node, _ path: String) throws(JobError) {
    let names = Quantity.allCases.map(\.rawValue)
    guard case .mapping(let mapping) = value else {
      throw JobError(
        path: path, line: value.mark?.line,
        reason: "bounds takes lines 'quantity: limit': \(names.joined(separator: ", "))")
    }
    for (key, value) in mapping {
      let (name, line) = (key.string ?? "", key.mark?.line)
      guard let quantity = Quantity(rawValue: name) else { throw JobError.unknown(name, among: names, path, line) }
      guard case .scalar(let scalar) = value, let limit = PruneJob.limit(scalar.string) else {
        throw JobError(
          path: path, line: line, reason: "\(name): give a number, or a share of the unpruned network's such as 50%")
      }
      if case .share = limit, quantity == .accuracyLoss {
        throw JobError(path: path, line: line, reason: "\(name): give points of accuracy, such as 0.5")
      }
      bounds[quantity] = limit
      settings["bounds.\(name)"] = scalar.string
    }
  }

  private static func limit(_ text: String) -> Limit? {
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast().trimmingPrefix(" ")), percent > 0, percent <= 1000 else { return nil }
      return .share(percent / 100)
    }
    guard let value = Double(text.replacing("_", with: "")), value.isFinite else { return nil }
    return .absolute(value)
  }
}

extension JobError {
  static func unknown(_ name: String, among names: [String], _ path: String, _ line: Int?) -> JobError {
    let suggestion = ClosestName.match(for: name, among: names).map { "did you mean '\($0)'?" }
    return JobError(
      path: path, line: line,
      reason: "unknown key '\(name)': \(suggestion ?? "`edge-run prune --keys` lists the keys")")
  }
}
