extension ReduceFunction {
  /// Whether integers are reduced as integers; other functions take them as `Double`.
  package var isExactForIntegers: Bool {
    switch self {
    case .sum, .mean, .maximum, .minimum, .product, .l1Norm, .sumSquare: true
    case .l2Norm, .logSum, .logSumExp: false
    }
  }

  /// Whether the function is defined for a type.
  package func accepts(_ type: ElementType) -> Bool { type != .bool || self == .maximum || self == .minimum }

  /// The value that accumulation starts from. `logSumExp` is two reductions: `maximum`, then `sum` of shifted powers.
  package func initial<A: ReduceScalar>(_ type: ElementType) -> A {
    switch self {
    case .sum, .mean, .l1Norm, .l2Norm, .logSum, .logSumExp, .sumSquare: 0
    case .maximum: A.lowest(type)
    case .minimum: A.highest(type)
    case .product: 1
    }
  }

  /// Adds neighbouring values to one accumulator. Four chains of additions run at a time.
  @inline(never)
  package func fold<A: ReduceScalar>(_ values: UnsafePointer<A>, count: Int, onto accumulator: A) -> A {
    @inline(__always) func chains(_ initial: A, _ map: (A) -> A, _ combine: (A, A) -> A) -> A {
      var (a, b, c, d) = (accumulator, initial, initial, initial)
      var i = 0
      while i + 4 <= count {
        a = combine(a, map(values[i]))
        b = combine(b, map(values[i + 1]))
        c = combine(c, map(values[i + 2]))
        d = combine(d, map(values[i + 3]))
        i += 4
      }
      while i < count {
        a = combine(a, map(values[i]))
        i += 1
      }
      return combine(combine(a, b), combine(c, d))
    }
    switch self {
    case .sum, .mean, .logSum, .logSumExp: return chains(0, { $0 }, A.sum)
    case .l1Norm: return chains(0, A.magnitude, A.sum)
    case .l2Norm, .sumSquare: return chains(0, { A.product($0, $0) }, A.sum)
    case .maximum: return chains(accumulator, { $0 }, A.larger)
    case .minimum: return chains(accumulator, { $0 }, A.smaller)
    case .product: return chains(1, { $0 }, A.product)
    }
  }

  /// Adds each value to its own accumulator.
  @inline(never)
  package func accumulate<A: ReduceScalar>(
    _ values: UnsafePointer<A>, count: Int, into accumulators: UnsafeMutablePointer<A>
  ) {
    @inline(__always) func each(_ combine: (A, A) -> A) {
      for i in 0..<count { accumulators[i] = combine(accumulators[i], values[i]) }
    }
    switch self {
    case .sum, .mean, .logSum, .logSumExp: each(A.sum)
    case .l1Norm: each { A.sum($0, A.magnitude($1)) }
    case .l2Norm, .sumSquare: each { A.sum($0, A.product($1, $1)) }
    case .maximum: each(A.larger)
    case .minimum: each(A.smaller)
    case .product: each(A.product)
    }
  }

  /// The result from what was accumulated over `count` elements.
  @inline(__always)
  package func finish<A: ReduceScalar>(_ accumulator: A, count: Int) -> A {
    switch self {
    case .sum, .maximum, .minimum, .product, .l1Norm, .sumSquare: accumulator
    case .mean: A.mean(accumulator, count)
    case .l2Norm: A.squareRoot(accumulator)
    case .logSum, .logSumExp: A.logarithm(accumulator)
    }
  }
}
