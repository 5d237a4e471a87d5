/// Arithmetic, comparisons, logic, bits and conversions: add a line for a new one.
let mathOperators: [any Operator.Type] = [
  Abs.self, Acos.self, Acosh.self, Add.self, And.self, Asin.self, Asinh.self, Atan.self, Atanh.self, BitShift.self,
  BitwiseAnd.self, BitwiseNot.self, BitwiseOr.self, BitwiseXor.self, Cast.self, CastLike.self, Ceil.self, Cos.self,
  Cosh.self, Div.self, Equal.self, Exp.self, Floor.self, Greater.self, GreaterOrEqual.self, Identity.self, IsInf.self,
  IsNaN.self, Less.self, LessOrEqual.self, Log.self, Max.self, Mean.self, Min.self, Mod.self, Mul.self, Neg.self,
  Not.self, Or.self, Pow.self, Reciprocal.self, Round.self, Sign.self, Sin.self, Sinh.self, Sqrt.self, Sub.self,
  Sum.self, Tan.self, Where.self, Xor.self,
]
