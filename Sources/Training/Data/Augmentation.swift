/// Random changes that make one picture into many while it is trained on. All are off in `Augmentation()`.
package struct Augmentation: Equatable, Sendable {
  /// What lies beyond a picture's border when it is shifted.
  package enum Border: String, CaseIterable, Sendable {
    /// Black, as torchvision's `RandomCrop` pads.
    case black
    /// The picture mirrored at its outermost pixels, which are not repeated.
    case reflect
  }

  /// The picture is shifted by -crop...crop pixels in both directions: a random crop from the padded picture.
  package var crop = 0
  package var border = Border.black
  /// With which probability it is mirrored left to right.
  package var flip = 0.0
  /// Side of a square about a random pixel that becomes the mean colour, clipped at the border; 0 for none.
  package var cutout = 0
  /// Samples are multiplied by a factor of 1 - brightness...1 + brightness.
  package var brightness = 0.0
  /// Samples are moved to or from their mean by a factor of 1 - contrast...1 + contrast.
  package var contrast = 0.0
  /// Pairs of pictures and their targets are mixed with weights of the beta distribution whose two parameters are this;
  /// 0 for none.
  package var mixup = 0.0

  package init() {}
}
