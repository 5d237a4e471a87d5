/// The order of a tensor's three channels.
package enum ChannelOrder: String, CaseIterable, Equatable, Sendable {
  case rgb
  case bgr
}
