import ONNX
import Operators
import Testing

/// The importer's table of operators and the operators themselves.
struct OperatorTableTests {
  /// Gone before the newest opset: no operator has these names.
  private static let importedAsOthers: Set<String> = ["Upsample"]

  @Test func everyOperatorCanBeImported() {
    let internalNames = Set(trainingOperators.map { $0.name })
    let missing = Set(OperatorRegistry.standard.names).subtracting(ONNXModel.importableOperators)
    #expect(missing == internalNames)
  }

  @Test func everyImportableOperatorExists() {
    let missing = ONNXModel.importableOperators.subtracting(OperatorRegistry.standard.names)
    #expect(missing == Self.importedAsOthers)
  }
}
