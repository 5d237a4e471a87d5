import Measure
import Testing

@Suite struct CalibrationKernelTests {
  @Test func doesAllItsWork() {
    var expected: UInt64 = 1
    var kernel = CalibrationKernel()
    for _ in 0..<3 {
      for _ in 0..<CalibrationKernel.steps {
        expected ^= expected >> 33
        expected = expected &* 0xff51_afd7_ed55_8ccd
      }
      kernel.run()
      #expect(kernel.value == expected && expected != 0)
    }
  }
}
