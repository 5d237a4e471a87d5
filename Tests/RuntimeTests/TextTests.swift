import Foundation
import Runtime
import Testing

@Suite struct TextTests {
  @Test func objectsAreJSONThatFoundationReads() throws {
    var inner = JSONObject()
    inner.set("flag", true)
    var object = JSONObject()
    let awkward = "quote \" backslash \\ newline \n tab \t bell \u{7} delete \u{7f} caf\u{e9} \u{1F6A6}"
    object.set("text", awkward)
    object.set("integer", -42)
    object.set("large", UInt64.max)
    object.set("float", Float(0.1))
    object.set("tiny", 1e-300)
    object.set("infinite", Double.infinity)
    object.set("none", Float.nan)
    object.set("time", milliseconds: 1_234_567)
    object.set("inner", inner)
    object.set("list", [inner, inner])
    object.set("names", ["a", "b\""])
    #expect(!object.text.utf8.contains(UInt8(ascii: "\n")))
    let read = try JSONSerialization.jsonObject(with: Data(object.text.utf8)) as? [String: Any]
    let members = try #require(read)
    #expect(members["text"] as? String == awkward)
    #expect(members["integer"] as? Int == -42)
    #expect(members["large"] as? UInt64 == UInt64.max)
    #expect((members["float"] as? Double).map { Float($0) } == 0.1)
    #expect(members["tiny"] as? Double == 1e-300)
    #expect(members["infinite"] is NSNull)
    #expect(members["none"] is NSNull)
    #expect(members["time"] as? Double == 1.235)
    #expect((members["inner"] as? [String: Any])?["flag"] as? Bool == true)
    #expect((members["list"] as? [Any])?.count == 2)
    #expect(members["names"] as? [String] == ["a", "b\""])
    #expect(JSONObject().text == "{}")
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (1.005, 1, "1.0"), (99.996, 2, "100.00"), (-0.004, 2, "0.00"), (-1.5, 0, "-2"),
    (12.3456, 3, "12.346"),
    (7.0, 0, "7"), (0.05, 2, "0.05"),
  ])
  func decimalsAreFixed(value: Double, decimals: Int, expected: String) {
    #expect(FixedDecimal.text(value, decimals: decimals) == expected)
    #expect(FixedDecimal.text(value, decimals: decimals, width: 10).count == 10)
  }

  @Test func numbersWithoutFixedFormStillPrint() {
    #expect(FixedDecimal.text(.nan, decimals: 2) == "nan")
    #expect(FixedDecimal.text(1e300, decimals: 2) == "1e+300")
    #expect(FixedDecimal.milliseconds(1_500_000) == "1.50")
  }

  @Test func instructionSetsHaveNames() {
    for set in InstructionSet.allCases { #expect(InstructionSet(name: set.name) == set) }
    #expect(InstructionSet(name: "sse2") == nil)
    #expect(InstructionSet.supported.contains(.scalar))
    #expect(InstructionSet.supported.contains(InstructionSet.best))
  }
}
