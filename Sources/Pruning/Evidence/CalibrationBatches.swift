/// Some pictures of one run through the network, with their classes.
package struct CalibrationBatch {
  /// Number of pictures.
  package let count: Int
  /// The first `count` pictures as the network takes them, `[N, height, width, channels]`; valid during the call that
  /// hands them over. More may follow and is not looked at.
  package let images: UnsafeBufferPointer<Float>
  /// The class of each picture, as an index of the network's outputs.
  package let labels: [Int]

  package init(count: Int, images: UnsafeBufferPointer<Float>, labels: [Int]) {
    self.count = count
    self.images = images
    self.labels = labels
  }
}

/// Pictures that channels are judged by: prepared as for training, the same ones in the same order every time.
///
/// Training pictures are the right ones (the test set decides nothing); 512 make attention's standard error small.
package protocol CalibrationBatches: Sendable {
  /// Hands over all batches, one after the other. Equal sizes are best: for every new size the network is compiled anew.
  ///
  /// - Throws: `PruningError.calibration` for pictures that cannot be read, and what `body` throws.
  func forEach(_ body: (CalibrationBatch) throws(PruningError) -> Void) throws(PruningError)
}
