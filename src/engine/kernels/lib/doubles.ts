// Vectors of two float64, to add up float32 without loss.

@inline
export function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
export function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

@inline
export function sumOfHalves(low: v128, high: v128): f64 {
  return (
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}
