/// Puts the bodies of a model's own functions in the place of the nodes that call them.
struct FunctionInliner {
  private struct Key: Hashable {
    let domain: String
    let name: String
    let overload: String
  }

  private let functions: [Key: ONNXFunctionProto]
  private let opsets: [Key: OpsetTable]
  private let limits: ImportLimits
  /// Bytes of all names that bodies got in their callers' places.
  private var nameBytes = 0

  init(_ functions: [ONNXFunctionProto], limits: ImportLimits) throws(ImportFailure) {
    var table: [Key: ONNXFunctionProto] = [:]
    var opsets: [Key: OpsetTable] = [:]
    for function in functions {
      let key = Key(
        domain: OpsetTable.canonical(function.domain), name: function.name, overload: function.overload)
      guard table.updateValue(function, forKey: key) == nil else {
        throw .malformed("there are two functions '\(function.domain).\(function.name)'")
      }
      opsets[key] = try OpsetTable(function.opsetImport)
    }
    self.functions = table
    self.opsets = opsets
    self.limits = limits
  }

  /// The nodes with all calls replaced, in order. O(resulting nodes).
  mutating func inline(_ nodes: [ONNXNodeProto], _ table: OpsetTable) throws(ImportFailure) -> [PlacedNode] {
    var result: [PlacedNode] = []
    var calls = 0
    try append(nodes, table, depth: 0, &calls, to: &result)
    return result
  }

  private mutating func append(
    _ nodes: [ONNXNodeProto], _ table: OpsetTable, depth: Int, _ calls: inout Int, to result: inout [PlacedNode]
  ) throws(ImportFailure) {
    for node in nodes {
      let key = Key(domain: OpsetTable.canonical(node.domain), name: node.opType, overload: node.overload)
      guard let function = functions[key] else {
        guard result.count < limits.nodes else {
          throw .unsupported("more than \(limits.nodes) nodes")
        }
        result.append(PlacedNode(proto: node, opset: table.version(of: node.domain) ?? 0))
        continue
      }
      guard depth < limits.functionDepth, calls < limits.nodes, let inner = opsets[key] else {
        throw .malformed(
          "the functions call each other without end, or too deeply, at node '\(node.name)' (\(node.opType))")
      }
      calls += 1
      try checkOpset(inner, function)
      let body = try self.body(of: function, calledBy: node, number: calls)
      try append(body, inner, depth: depth + 1, &calls, to: &result)
    }
  }

  private func checkOpset(_ table: OpsetTable, _ function: ONNXFunctionProto) throws(ImportFailure) {
    guard let version = table.version(of: "") else { return }
    guard OpsetTable.supported.contains(version) else {
      throw .unsupported("opset \(version) in the function '\(function.name)'")
    }
  }

  /// Of a caller's name, as much as tells which one it is.
  private static let prefixLength = 64

  /// The function's nodes with the caller's operands, results and attributes, and names of their own.
  private mutating func body(
    of function: ONNXFunctionProto, calledBy node: ONNXNodeProto, number: Int
  ) throws(ImportFailure) -> [ONNXNodeProto] {
    guard node.input.count <= function.input.count, node.output.count <= function.output.count else {
      throw .malformed("node '\(node.name)' passes more than the function '\(function.name)' takes or gives")
    }
    // The number alone makes names unique: a long name would be repeated for every node of the body.
    let caller = (node.name.isEmpty ? node.opType : node.name).unicodeScalars.prefix(Self.prefixLength)
    let prefix = "\(String(caller))#\(number)/"
    var names: [String: String] = [:]
    for (position, name) in function.input.enumerated() {
      names[name] = position < node.input.count ? node.input[position] : ""
    }
    for (position, name) in function.output.enumerated() where position < node.output.count {
      // A result that is an operand of the function as well has its value already.
      if !node.output[position].isEmpty, names[name] == nil { names[name] = node.output[position] }
    }
    var given: [String: ONNXAttributeProto] = [:]
    for attribute in function.attributeProto { given[attribute.name] = attribute }
    for attribute in node.attribute { given[attribute.name] = attribute }
    func renamed(_ name: String) -> String { name.isEmpty ? "" : names[name] ?? prefix + name }

    var body = function.node.enumerated().map { position, original in
      var copy = original
      copy.name = prefix + (original.name.isEmpty ? "\(original.opType)_\(position)" : original.name)
      copy.input = original.input.map(renamed)
      copy.output = original.output.map(renamed)
      copy.attribute = original.attribute.compactMap { attribute in
        guard attribute.hasRefAttrName, !attribute.refAttrName.isEmpty else { return attribute }
        guard var value = given[attribute.refAttrName] else { return nil }
        value.name = attribute.name
        return value
      }
      return copy
    }
    for (position, name) in function.output.enumerated() where position < node.output.count {
      guard function.input.contains(name), !node.output[position].isEmpty else { continue }
      var copy = ONNXNodeProto()
      copy.name = prefix + "Identity_\(name)"
      copy.opType = "Identity"
      copy.input = [renamed(name)]
      copy.output = [node.output[position]]
      body.append(copy)
    }
    // As if the file had spelt them out.
    nameBytes += body.reduce(0) { sum, node in
      (node.input + node.output).reduce(sum + node.name.utf8.count) { $0 + $1.utf8.count }
    }
    guard nameBytes <= limits.fileBytes else {
      throw .unsupported("functions whose names take more than \(limits.fileBytes) bytes in their callers' places")
    }
    return body
  }
}
