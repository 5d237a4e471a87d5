/// Reductions, numbered for the file: never renumber, only add.
package enum ReduceFunction: Int32, Sendable, CaseIterable {
  case sum = 0
  case mean = 1
  case maximum = 2
  case minimum = 3
  case product = 4
  case l1Norm = 5
  case l2Norm = 6
  case logSum = 7
  case logSumExp = 8
  case sumSquare = 9
}
