import Graph
import Runtime

/// What a 3 x 3 convolution costs, of stride 1 if nothing else is said, in multiply-accumulates of a matrix product at full speed.
///
/// The constants were fitted to layers of ResNet-20, VGG-16 and SqueezeNet on an AVX2 machine (Zen 3). Wider instruction
/// sets multiply faster, but weights from memory reach them at the same speed. Those of a small network stay in the caches,
/// from where they cost little (Zen 5: ResNet-20 and ResNet-56 with AVX-512, ResNet-20 with AVX2).
struct ConvolutionCost {
  private let tiles: (Int) -> Double
  private let depth: Double
  /// Of input and output, whole vectors.
  private let channels: Double
  private let columns: Double
  /// Output channels as they are.
  private let exactColumns: Double
  /// Output channels, whole panels of a matrix product.
  private let panels: Double
  private let lanes: Int
  /// Products with the taps that lie inside the image, of one input and one output channel.
  private let products: Double
  /// Of one weight that comes from memory, or is transformed in every run.
  private let weight: Double

  init(_ convolution: PackedConvolution, _ input: [Int], _ output: [Int], _ plan: Lowering) {
    let lanes = plan.depthwiseColumns
    func whole(_ channels: Int, _ lanes: Int) -> Double { Double((channels + lanes - 1) / lanes * lanes) }
    depth = Double(convolution.depth)
    columns = whole(convolution.columns, lanes)
    exactColumns = Double(convolution.columns)
    self.lanes = lanes
    panels = whole(convolution.columns, plan.panelColumns)
    channels = whole(convolution.depth, lanes) + columns
    tiles = { Double(output[0]) * Double((output[1] + $0 - 1) / $0) * Double((output[2] + $0 - 1) / $0) }
    func inside(_ output: Int, _ input: Int, _ pad: Int32) -> Double {
      Double((0..<3).reduce(0) { $0 + max(0, min(output, input + Int(pad) - $1) - max(0, Int(pad) - $1)) })
    }
    products =
      Double(output[0]) * inside(output[1], input[1], convolution.pad.0)
      * inside(output[2], input[2], convolution.pad.1)
    if case .computed = convolution.weights {
      weight = 3 * Double(plan.panelColumns)
    } else if lanes == 16, plan.constantCount < ConvolutionCost.cachedConstants {
      weight = 2
    } else if lanes == 8, plan.constantCount < ConvolutionCost.cachedConstants / 4 {
      weight = 4
    } else {
      weight = Double(plan.panelColumns)
    }
  }

  /// Of those for images in pixels.
  var cheapest: ConvolutionAlgorithm {
    let (small, large) = (winograd(2), winograd(4))
    if direct <= min(small, large) { return .direct }
    return large < small ? .winograd4x4 : .winograd2x2
  }

  /// Of an algorithm for images in pixels.
  func cost(_ algorithm: ConvolutionAlgorithm) -> Double { algorithm.tile.map(winograd) ?? direct }

  /// Of an image in tiles: whole groups of them, and any numbers of channels. (ResNet-20 and ResNet-56 on Zen 5.)
  func tiled(_ grid: TileGrid) -> Double {
    let (elements, lanes) = (Double(TiledConvolutionInstruction.elements), Double(grid.plane))
    let matrices = elements / Double(grid.block) * lanes * exactColumns * (depth + 2) / 0.9
    let blocks = grid.blocks(channels: Int(depth)) + grid.blocks(channels: Int(exactColumns))
    // Few tiles use a weight once, wherever it comes from.
    let weights = elements * depth * exactColumns * weight * (grid.block > 1 ? 1.2 : 1)
    return matrices + lanes * Double(blocks) * 200 + weights
  }

  /// Of one of stride 2 to an image in tiles. (Zen 5: as fast as whole vectors with 32 registers, two thirds as fast with 16.)
  func strideTwoTiled(_ grid: TileGrid) -> Double {
    let columns = grid.block == 1 ? Int(exactColumns) : grid.blocks(channels: Int(exactColumns)) * grid.block
    let factors = 9 * TileGrid.pixels * grid.blocks(channels: Int(depth)) * columns
    return Double(factors) * Double(grid.plane) / (grid.lanes == 16 ? 0.9 : 0.6)
  }

  /// Of one of stride 2 to an image in pixels, padded by one.
  var strideTwo: Double { 9 * tiles(1) * depth * columns / 0.92 }

  /// Of bringing an image into tiles or back.
  static func reordering(_ shape: [Int]) -> Double { 8 * Double(shape.reduce(1, *)) }

  /// Of a network whose weights, up to four times as large when transformed, stay in a server's third-level cache; a
  /// quarter in that of a small machine.
  private static let cachedConstants = 1_600_000

  /// A tile of a product costs some six more than its depth, for its start and end.
  private static let tileDepth = 6.0

  private var direct: Double {
    (products * columns * (depth + ConvolutionCost.tileDepth / 9)) / 0.92 + 9 * depth * columns * weight
  }

  private func winograd(_ tile: Int) -> Double {
    let elements = Double((tile + 2) * (tile + 2))
    let (columns, speed) = products(of: tiles(tile))
    let matrices = elements * tiles(tile) * columns * (depth + ConvolutionCost.tileDepth) / speed
    let transforms = tiles(tile) * channels * (tile == 4 ? 210 : 66)
    return matrices + transforms + elements * depth * columns * weight
  }

  /// The columns that products of so many tiles have, and the share of the full speed that they reach.
  private func products(of tiles: Double) -> (columns: Double, speed: Double) {
    // Up to four have products of two panels, or two of one: the fastest of those that wait for weights.
    if lanes >= 16, tiles <= 4 { return (columns, 1) }
    // Half a panel has too few sums at a time to be faster than a whole one.
    if tiles < 8 { return (panels, lanes >= 16 ? 0.9 : 0.7) }
    return (columns, 0.9)
  }
}
