/// On which side of a bound a measured quantity lies.
package enum BoundSide: Equatable, Sendable {
  /// The whole interval is at most the bound.
  case within
  /// The whole interval is above the bound.
  case above
  /// The interval straddles the bound, or the sample is too small to tell: measure longer.
  case undecided
}
