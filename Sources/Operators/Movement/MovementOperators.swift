/// The operators of this folder: add a line for a new one.
let movementOperators: [any Operator.Type] = [
  CenterCropPad.self, Concat.self, Constant.self, ConstantOfShape.self, Expand.self, EyeLike.self, Flatten.self,
  Gather.self, GatherElements.self, GatherND.self, NumberRange.self, OneHot.self, Pad.self, Reshape.self,
  ScatterElements.self, ScatterND.self, ShapeOf.self, Size.self, Slice.self, Split.self, Squeeze.self, Tile.self,
  Transpose.self, Trilu.self, Unsqueeze.self,
]
