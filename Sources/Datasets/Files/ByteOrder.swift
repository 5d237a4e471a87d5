/// The order of names by their UTF-8 bytes: what `LC_ALL=C sort` and Python's `sorted` give, and what class indices of
/// existing networks therefore follow.
package enum ByteOrder {
  /// Whether `left` comes before `right`.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
