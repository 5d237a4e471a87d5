import Architectures
import CKernels
import Compiler
import Foundation
import Graph
import Imaging
import Operators
import Runtime
import TestSupport
import Testing
import Tuning

/// Choosing algorithms by measurements.
@Suite struct TuningTests {
  private func network() throws -> Graph {
    let architecture = try #require(Architecture.named("resnet20"))
    var parameters = architecture.parameters(seed: 2)
    parameters.inputSize = PixelSize(square: 16)
    return try architecture.graph(parameters)
  }

  /// Algorithms that this machine's kernels can compute any of the network's layers by.
  private var algorithms: [ConvolutionAlgorithm] {
    let hasTiles = (ek_kernels_for(ek_best_isa())?.pointee.tile_lanes ?? 0) > 0
    return ConvolutionAlgorithm.allCases.filter { $0 != .winogradTiled || hasTiles }
  }

  private func outputs(_ bytes: [UInt8]) throws -> [Double] {
    var session = try Session(Plan(copying: bytes), threads: 1)
    let shape = (0..<session.input(0).rank).map(session.input(0).extent)
    let numbers = (0..<shape.reduce(1, *)).map { Float($0 * 31 % 97) / 97 - 0.5 }
    Tensor(numbers, shape: shape).copy(to: session.input(0))
    session.run()
    return Tensor(copying: session.output(0)).doubles
  }

  @Test func everyAlgorithmComputesTheSame() throws {
    let network = try network()
    let expected = try outputs(Compiler.compile(network).bytes)
    let scale = try #require(expected.map(abs).max())
    for algorithm in algorithms {
      var options = Compiler.Options()
      options.algorithms = .always(algorithm)
      let result = try Compiler.compile(network, options)
      #expect(!result.convolutionSites.isEmpty)
      #expect(result.convolutionSites.allSatisfy { $0.algorithm == algorithm })
      for (a, b) in zip(try outputs(result.bytes), expected) { #expect(abs(a - b) <= 1e-4 * scale) }
    }
  }

  @Test func measuredChoicesAreTaken() throws {
    let network = try network()
    let sites = try Compiler.compile(network).convolutionSites
    let layer = try #require(sites.first).layer
    for algorithm in algorithms {
      var options = Compiler.Options()
      options.algorithms = .measured([layer: algorithm, "another": .direct])
      for (site, old) in zip(try Compiler.compile(network, options).convolutionSites, sites) {
        #expect(site.algorithm == (site.layer == layer ? algorithm : old.algorithm))
      }
    }
  }

  @Test func theLeastTimeDecides() {
    let sites = [
      ConvolutionSite(node: "a", layer: "wide", algorithm: .direct),
      ConvolutionSite(node: "b", layer: "wide", algorithm: .direct),
      ConvolutionSite(node: "c", layer: "narrow", algorithm: .winograd4x4),
      // A name that says nothing, and a layer that is never timed.
      ConvolutionSite(node: "", layer: "first", algorithm: .direct),
      ConvolutionSite(node: "", layer: "second", algorithm: .direct),
      ConvolutionSite(node: "d", layer: "untimed", algorithm: .direct),
    ]
    var timings = AlgorithmTimings(sites)
    for factor in [1.0, 3] {
      for (node, algorithm, time) in [
        ("a", ConvolutionAlgorithm.direct, 10.0), ("b", .direct, 10), ("a", .winograd2x2, 9), ("b", .winograd2x2, 8),
        ("a", .winograd4x4, 4), ("b", .winograd4x4, 14), ("c", .direct, 99), ("c", .winograd2x2, 5),
        ("c", .winograd4x4, 5.05), ("", .winograd2x2, 0.1), ("", .direct, 7), ("elsewhere", .direct, 1),
      ] {
        timings.add(factor * time, node: node, algorithm)
      }
      timings.endRound()
    }
    #expect(timings.fastest(margin: 0.02) == ["wide": .winograd2x2, "narrow": .winograd4x4])
    #expect(timings.fastest(margin: 0) == ["wide": .winograd2x2, "narrow": .winograd2x2])
  }

  @Test func layersAreTimedOnce() throws {
    let network = try network()
    var choices: [String: ConvolutionAlgorithm] = [:]
    let tuner = AlgorithmTuner(threads: 1, seconds: 0.02)
    let first = try tuner.tune(network, Compiler.Options(), &choices)
    #expect(first.measured == choices.count && first.measured > 3 && first.known == 0)
    let kept = choices
    let again = try tuner.tune(network, Compiler.Options(), &choices)
    #expect(again.measured == 0 && again.known == first.measured && choices == kept)
    let expected = try outputs(Compiler.compile(network).bytes)
    let scale = try #require(expected.map(abs).max())
    for (a, b) in zip(try outputs(again.result.bytes), expected) { #expect(abs(a - b) <= 1e-4 * scale) }
    #expect(throws: CancellationError.self) {
      choices = [:]
      _ = try tuner.tune(network, Compiler.Options(), &choices, isStopped: { true })
    }
  }

  @Test func choicesAreKept() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("new/tuning.json")
    #expect(try TuningCache(path: path) == TuningCache())
    var cache = TuningCache()
    cache.machines["this one"] = ["1x8x8x64": .winograd2x2, "1x9x9x64": .direct]
    try cache.save(to: path)
    #expect(try TuningCache(path: path) == cache)
    for damage in ["", "{", #"{"machines": {"a": {"b": "fast"}}}"#] {
      let damaged = try folder.write(damage, to: "damaged.json")
      #expect(throws: TuningCacheError.self) { try TuningCache(path: damaged) }
    }
    let file = try folder.write("", to: "file")
    #expect(throws: TuningCacheError.self) { try cache.save(to: file + "/tuning.json") }
  }

  @Test func whereChoicesAreKept() {
    #expect(TuningCache.defaultPath(["HOME": "/h"]) == "/h/.cache/edge-run/tuning.json")
    #expect(TuningCache.defaultPath(["HOME": "/h", "XDG_CACHE_HOME": "/c"]) == "/c/edge-run/tuning.json")
    #expect(TuningCache.defaultPath(["HOME": "/h", "XDG_CACHE_HOME": "c"]) == "/h/.cache/edge-run/tuning.json")
    #expect(TuningCache.defaultPath([:]) == nil)
  }
}
