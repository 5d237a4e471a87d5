import Imaging
import Testing

struct ClosestNameTests {
  @Test(
    "finds what was meant",
    arguments: [
      ("meen", "mean"), ("men", "mean"), ("means", "mean"), ("emans", nil), ("interpolatoin", "interpolation"),
      ("intrepolaton", "interpolation"), ("", nil), ("x", nil), ("mean", "mean"),
      (String(repeating: "a", count: 65), nil),
    ] as [(String, String?)])
  func match(name: String, meant: String?) {
    #expect(ClosestName.match(for: name, among: ["interpolation", "mean", "crop"]) == meant)
    #expect(ClosestName.match(for: name, among: []) == nil)
  }
}
