import CPlatform
import Imaging
import Runtime

/// Everything that happens to a picture before the network. A value: any number of threads may prepare pictures while
/// one runs the network.
package struct PicturePreparation: Sendable {
  package let input: PictureInput
  package let preprocessing: Preprocessing
  /// Whether neither the user nor the model said how to prepare pictures.
  package let isAssumed: Bool
  private let decoder: ImageDecoder

  /// - Parameter option: A preset's name or a file; nil for what the model says.
  package init(_ plan: Plan, option: String?) throws(ClassificationError) {
    input = try PictureInput(plan)
    let source = try PreprocessingSource(option: option, plan: plan, size: input.size)
    preprocessing = source.preprocessing
    isAssumed = source.isAssumed
    decoder = source.preprocessing.decoder()
  }

  /// Decodes a JPEG or PNG and writes it as the network wants it.
  ///
  /// - Parameter samples: `input.extent` elements, in the memory order of the network's input.
  /// - Returns: Nanoseconds of decoding and of preprocessing.
  package func prepare(
    _ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) -> (decode: UInt64, preprocess: UInt64) {
    let start = ep_now_ns()
    let picture = try decoder.decode(bytes)
    let decoded = ep_now_ns()
    try preprocessing.apply(picture, into: samples, layout: input.layout)
    return (decoded - start, ep_now_ns() - decoded)
  }
}
