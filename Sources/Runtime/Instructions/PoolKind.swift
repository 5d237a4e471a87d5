/// Kinds of pooling, numbered for the file: never renumber, only add.
package enum PoolKind: Int32, Sendable, CaseIterable {
  case maximum = 0
  case average = 1
  case lp = 2
}
