/// What a part of a sign is painted with.
enum SignTint: CaseIterable {
  case white, black, red, blue, yellow, amber, green, metal
}
