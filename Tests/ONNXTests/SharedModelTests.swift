import Graph
import ONNX
import Operators
import Runtime
import Testing

/// Models that others trained.
@Suite(.enabled(if: !SharedFolder.models.isEmpty, "the shared models are not there"))
struct SharedModelTests {
  @Test(arguments: SharedFolder.models)
  func roundTrip(_ file: String) throws {
    let folder = try #require(SharedFolder.path)
    let graph = try ONNXModel.load(path: folder + "/models/" + file).graph
    #expect(graph.inputs.count == 1 && graph.outputs.count == 1)
    let bytes = try ONNXModel.encode(graph)
    let again = try bytes.withUnsafeBytes { try ONNXModel.parse($0, file: file) }.graph
    #expect(again.canonical == graph.canonical)
  }
}
