/// A plot with its title, legend and notes, as all of the page's plots are.
///
/// Plots are inline SVG written here, not drawn by a library in the browser: the page must work without a network and
/// as one file, so a library would have to be copied into every page and into this repository; SVG needs none, prints
/// sharp, follows the page's colours through CSS, and is complete before (and without) any script.
struct PlotFigure {
  /// The plots' width in their own units: about as many pixels on a wide screen, fewer on a phone.
  static let width = 520.0

  let id: String
  let title: String
  /// What is seen, one sentence.
  let caption: String
  var legend: [Markup] = []
  /// Drawings below one another, each with its height; none where there is nothing to draw.
  var drawings: [(height: Double, content: Markup)] = []
  var notes: [String] = []

  var markup: Markup {
    let frames: [Markup] = drawings.map { drawing in
      """
      <svg class="plot" role="img" aria-labelledby="\(id)-title" aria-describedby="\(id)-caption" \
      viewBox="0 0 \(Self.width) \(drawing.height)">
      \(drawing.content)
      </svg>
      """
    }
    let keys: Markup = legend.isEmpty ? "" : "<ul class=\"legend\">\(legend.map { "<li>\($0)</li>" })</ul>"
    let remarks: [Markup] = notes.map { "<p class=\"note\">\($0)</p>" }
    return """
      <figure id="\(id)">
      <h3 id="\(id)-title">\(title)</h3>
      <figcaption id="\(id)-caption">\(caption)</figcaption>
      \(keys)
      \(frames)
      \(remarks)
      </figure>
      """
  }
}
