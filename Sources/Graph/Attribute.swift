/// The value of a node's attribute. Graph-valued attributes (If, Loop, Scan) are refused by the importer.
package enum Attribute: Sendable, Equatable {
  case int(Int)
  case float(Float)
  case string(String)
  case tensor(Tensor)
  case ints([Int])
  case floats([Float])
  case strings([String])
}
