import Datasets
import Foundation
import Testing

@Suite struct DrawingTests {
  private func area(_ path: Path, width: Int = 40, height: Int = 30) -> Double {
    Coverage(path, width: width, height: height).values.reduce(0) { $0 + Double($1) }
  }

  @Test func sinesAreExactEnough() {
    for step in -4000...4000 {
      let turns = Double(step) / 997
      #expect(abs(Turn.sine(turns) - sin(turns * 2 * .pi)) < 2e-14)
      #expect(abs(Turn.cosine(turns) - cos(turns * 2 * .pi)) < 2e-14)
    }
    #expect(Turn.sine(.infinity) == 0 && Turn.sine(0) == 0 && Turn.cosine(0) == 1)
  }

  @Test func coverageIsTheArea() {
    // Upright edges are exact; rows are sampled on four lines.
    #expect(abs(area(.rectangle(Point(10.3, 12), halfWidth: 3.7, halfHeight: 5)) - 74) < 1e-4)
    #expect(abs(area(.circle(Point(20.2, 14.9), 10, sides: 200)) - Double.pi * 100) < 1)
    var ring = Path.circle(Point(20, 15), 10)
    ring.addHole(.circle(Point(20, 15), 5))
    #expect(abs(area(ring) - area(.circle(Point(20, 15), 10)) + area(.circle(Point(20, 15), 5))) < 0.05)
    // Overlapping parts count once.
    var twice = Path.rectangle(Point(10, 10), halfWidth: 4, halfHeight: 4)
    twice.add(.rectangle(Point(12, 10), halfWidth: 4, halfHeight: 4))
    #expect(abs(area(twice) - 80) < 1e-3)
    // A pen's line with round ends: its length times its width and a circle.
    let line = Path.stroke([Point(8, 8), Point(28, 18)], width: 4)
    #expect(abs(area(line) - (500.0.squareRoot() * 4 + 4 * Double.pi)) < 0.7)
    #expect(abs(area(.stroke([Point(8, 8), Point(28, 8)], width: 4, roundEnds: false)) - 80) < 1e-3)
  }

  @Test func coverageIsClippedToThePicture() {
    #expect(abs(area(.rectangle(Point(0, 0), halfWidth: 100, halfHeight: 100)) - 1200) < 1e-3)
    #expect(area(.rectangle(Point(-50, 0), halfWidth: 10, halfHeight: 10)) == 0)
    #expect(area(.rectangle(Point(0, 90), halfWidth: 10, halfHeight: 10)) == 0)
    #expect(area(.polygon([])) == 0)
    #expect(area(.polygon([Point(1, 1)])) == 0)
    #expect(area(.polygon([Point(.nan, 1), Point(9, .infinity), Point(5, 1e300), Point(-1e300, 3)])).isFinite)
    let covered = Coverage(.circle(Point(20, 0), 12), width: 40, height: 30)
    #expect(covered.values.allSatisfy { $0 >= 0 && $0 <= 1.0001 })
  }

  @Test func noiseIsSmoothAndSpread() {
    var generator = SeededGenerator(seed: 2)
    let field = NoiseField(&generator, octaves: 1)
    let values = field.sampled(width: 200, height: 200, scale: Point(10, 10))
    #expect(values.allSatisfy { (0...1).contains($0) })
    #expect(abs(values.reduce(0, +) / 40_000 - 0.5) < 0.06)
    for index in 1..<200 { #expect(abs(values[index] - values[index - 1]) < 0.09) }
    for row in 1..<200 { #expect(abs(values[row * 200] - values[row * 200 - 200]) < 0.09) }
    // Part of a larger plane is the same plane.
    let part = field.sampled(width: 100, height: 200, scale: Point(5, 10), shift: Point(5, 0))
    for row in 0..<200 {
      for column in 0..<100 { #expect(abs(part[row * 100 + column] - values[row * 200 + 100 + column]) < 1e-5) }
    }
  }
}
