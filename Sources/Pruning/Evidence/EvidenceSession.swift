import Compiler
import Graph
import Runtime

/// A compiled `EvidenceGraph`.
final class EvidenceSession {
  private let form: EvidenceGraph
  private var session: Session
  private var images: TensorView?
  private var targets: TensorView?

  init(_ form: EvidenceGraph, threads: Int) throws(PruningError) {
    self.form = form
    let compiled: Compiler.Result
    do throws(GraphError) {
      compiled = try Compiler.compile(form.graph, Compiler.Options(inputs: InputSpecification(batch: form.batch)))
    } catch {
      throw .graph(error)
    }
    do throws(PlanError) {
      session = try Session(Plan(copying: compiled.bytes), threads: threads)
    } catch {
      throw .graph(.malformed(reason: "the compiled plan is refused: \(error.message)"))
    }
    for index in 0..<session.plan.inputCount {
      switch session.plan.inputName(index) {
      case form.images: images = session.input(index)
      case EvidenceGraph.targets: targets = session.input(index)
      default: break
      }
    }
  }

  /// Pictures of a run.
  var batch: Int { form.batch }

  func run(_ batch: CalibrationBatch) throws(PruningError) {
    let count = form.batch * form.pictureSize
    guard let images, batch.count == form.batch, batch.images.count >= count, let source = batch.images.baseAddress
    else {
      throw .calibration(
        reason: "\(batch.count) of them are \(batch.images.count) numbers, the network takes \(form.pictureSize) each")
    }
    images.pointer(as: Float.self).update(from: source, count: count)
    if let targets { try write(batch.labels, to: targets) }
    session.run()
  }

  private func write(_ labels: [Int], to targets: TensorView) throws(PruningError) {
    guard labels.count >= form.batch else {
      throw .calibration(reason: "\(form.batch) of them have \(labels.count) classes")
    }
    let rows = targets.pointer(as: Float.self)
    rows.update(repeating: 0, count: form.batch * form.classes)
    for (row, label) in labels.prefix(form.batch).enumerated() {
      guard (0..<form.classes).contains(label) else {
        throw .calibration(reason: "class \(label) of one is none of the network's \(form.classes)")
      }
      rows[row * form.classes + label] = 1
    }
  }

  /// An output of the last run with its channels' axis in front, in row-major order.
  func values(_ output: Int, channelAxis axis: Int) -> [Double] {
    let tensor = Tensor(copying: session.output(output))
    let values = tensor.doubles
    guard axis > 0, axis < tensor.shape.count else { return values }
    let channels = tensor.shape[axis]
    let inner = tensor.shape[(axis + 1)...].reduce(1, *)
    let outer = values.count / max(channels * inner, 1)
    return (0..<channels).flatMap { channel in
      (0..<outer).flatMap { row in
        let start = (row * channels + channel) * inner
        return values[start..<start + inner]
      }
    }
  }
}
