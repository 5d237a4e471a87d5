// swift-tools-version: 6.1

import PackageDescription

/// Modules are listed from the bottom up: a target may only depend on targets above it in this file.
let package = Package(
  name: "edge-run",
  products: [
    .executable(name: "edge-run", targets: ["edge-run"]),
    .executable(name: "edge-node", targets: ["edge-node"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The board's part: C, and Swift in the Embedded subset.
    .systemLibrary(name: "CJPEG", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .target(name: "CPlatform"),
    .target(
      name: "CKernels",
      // Loops of a few instructions: where they lie within cache lines is worth 6 % of a convolution.
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-falign-functions=64", "-falign-loops=64"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"],
      // The module maps' link lines only reach targets that import them from Swift.
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("z"), .linkedLibrary("m")]),
    .target(name: "Runtime", dependencies: ["CKernels", "CPlatform"]),
    .target(name: "Imaging", dependencies: ["CImageCodecs", "CPlatform"]),
    .target(name: "Classification", dependencies: ["Runtime", "Imaging", "CKernels", "CPlatform"]),
    .target(name: "Measure", dependencies: ["Runtime", "CKernels", "CPlatform"]),
    .target(name: "NodeProtocol", dependencies: ["Measure", "Runtime", "CPlatform"]),
    .executableTarget(
      name: "edge-node",
      dependencies: ["NodeProtocol", "Classification", "Measure", "Runtime", "Imaging", "CPlatform"]),

    // The workbench's part: full Swift.
    .target(name: "Graph", dependencies: ["Runtime"]),
    .target(name: "Operators", dependencies: ["Graph", "Runtime", "CKernels"]),
    .target(name: "Compiler", dependencies: ["Operators", "Graph", "Runtime", "CKernels"]),
    .target(
      name: "ONNX",
      dependencies: ["Graph", "Runtime", "CPlatform", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Schema"]),
    .target(name: "Datasets", dependencies: ["Imaging", "Runtime", "CPlatform"]),
    .target(
      name: "Evaluation",
      dependencies: ["Classification", "Datasets", "Operators", "Graph", "Imaging", "Runtime", "CPlatform"]),
    .target(
      name: "Tuning", dependencies: ["Compiler", "Operators", "Graph", "Measure", "Runtime", "CPlatform"]),
    .target(name: "Architectures", dependencies: ["Datasets", "Imaging", "Graph", "Runtime"]),
    .target(
      name: "Training",
      dependencies: ["Compiler", "Operators", "Graph", "Datasets", "Imaging", "Runtime", "CPlatform"]),
    .target(name: "Devices", dependencies: ["NodeProtocol", "Measure", "Runtime", "CPlatform"]),
    .target(name: "AAPPolicy"),
    .target(name: "Report", dependencies: ["AAPPolicy"]),
    .target(name: "Pruning", dependencies: ["Compiler", "Operators", "Graph", "Runtime"]),
    .target(
      name: "Campaign",
      dependencies: [
        "AAPPolicy", "Pruning", "Training", "Devices", "NodeProtocol", "Measure", "Compiler", "Operators", "Graph",
        "ONNX", "Datasets", "Imaging", "Runtime", "CPlatform", .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "edge-run",
      dependencies: [
        "Campaign", "Devices", "NodeProtocol", "Report", "AAPPolicy", "Pruning", "Training", "Architectures",
        "Evaluation", "Classification", "Tuning",
        "Compiler", "Operators", "Graph", "ONNX",
        "Datasets", "Imaging", "Measure", "Runtime", "CPlatform",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(name: "AllocationCounter", dependencies: ["CAllocationCounter"], path: "Tests/AllocationCounter"),
    .target(
      name: "CEmulatedKernels", dependencies: ["CKernels"], path: "Tests/CEmulatedKernels",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "CEmulatedKernels", "TestSupport"]),
    .testTarget(
      name: "RuntimeTests", dependencies: ["Runtime", "CKernels", "CPlatform", "AllocationCounter", "TestSupport"]),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging", "CJPEG", "AllocationCounter", "TestSupport"]),
    .testTarget(name: "OperatorsTests", dependencies: ["Compiler", "Operators", "Graph", "Runtime"]),
    .testTarget(name: "ONNXTests", dependencies: ["ONNX", "Operators", "Graph", "Runtime", "TestSupport"]),
    .testTarget(
      name: "CompilerTests",
      dependencies: ["Compiler", "Operators", "Graph", "Runtime", "CKernels", "AllocationCounter"]),
    .testTarget(
      name: "TuningTests",
      dependencies: ["Tuning", "Architectures", "Compiler", "Operators", "Graph", "Runtime", "CKernels", "TestSupport"]),
    .testTarget(
      name: "ArchitecturesTests",
      dependencies: ["Architectures", "Compiler", "Operators", "ONNX", "Graph", "Imaging", "Runtime"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Architectures", "Compiler", "Operators", "Graph", "Datasets", "Imaging", "Runtime", "CPlatform",
        "TestSupport",
      ]),
    .testTarget(name: "NodeProtocolTests", dependencies: ["NodeProtocol", "Measure", "CPlatform", "TestSupport"]),
    .testTarget(name: "DevicesTests", dependencies: ["Devices"]),
    .testTarget(name: "AAPPolicyTests", dependencies: ["AAPPolicy"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "AAPPolicy"]),
    .testTarget(
      name: "PruningTests",
      dependencies: [
        "Pruning", "Architectures", "Compiler", "Datasets", "Operators", "ONNX", "Graph", "Imaging", "Runtime",
      ]),
    .testTarget(
      name: "CampaignTests",
      dependencies: [
        "Campaign", "AAPPolicy", "Training", "Architectures", "Compiler", "Operators", "ONNX", "Graph", "Datasets",
        "Imaging", "TestSupport",
      ]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Imaging", "TestSupport"]),
    .testTarget(
      name: "ClassificationTests",
      dependencies: ["Classification", "Compiler", "Graph", "Imaging", "Runtime", "CPlatform"]),
    .testTarget(name: "MeasureTests", dependencies: ["Measure", "Compiler", "Graph", "Runtime", "CKernels"]),
    .testTarget(
      name: "EdgeRunTests",
      dependencies: [
        "edge-run", "edge-node", "Campaign", "Devices", "NodeProtocol", "Measure", "AAPPolicy", "ONNX", "Compiler",
        "Graph", "Imaging", "Runtime", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
