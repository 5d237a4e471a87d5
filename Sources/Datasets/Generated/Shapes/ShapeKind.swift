/// The objects of the data set `shapes`, in the order of their names.
enum ShapeKind: String, CaseIterable {
  case apple, bottle, butterfly, car, cup, fish, house, key, leaf, mushroom, sailboat, umbrella
}
