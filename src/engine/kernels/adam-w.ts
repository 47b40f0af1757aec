import { add, div, loadUpTo4, mul, splat, storeUpTo4, sub, words } from "./lib/simd";

/**
 * One step of AdamW in place, on blocks `first` … `end` - 1, with the numbers of ../ops/adam-w.ts.
 * @param table six words per block: the addresses of parameter, gradient and both moments, the number of elements, and the
 * factor of the parameter
 */
export function adamW(
  first: i32,
  end: i32,
  table: usize,
  scale: f32,
  beta1: f64,
  beta2: f64,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
): void {
  for (let block = first; block < end; block++) {
    const entry = table + words(6 * block);
    updateBlock(
      <usize>load<u32>(entry),
      <usize>load<u32>(entry, 4),
      <usize>load<u32>(entry, 8),
      <usize>load<u32>(entry, 12),
      load<i32>(entry, 16),
      load<f32>(entry, 20),
      scale,
      beta1,
      beta2,
      stepSize,
      correction,
      epsilon,
    );
  }
}

function updateBlock(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  decay: f32,
  scale: f32,
  beta1: f64,
  beta2: f64,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
): void {
  // Subtracted in double precision: in single precision, 1 - 0.999 has only four digits.
  const otherBeta1 = splat(<f32>(1 - beta1));
  const otherBeta2 = splat(<f32>(1 - beta2));
  for (let i = 0; i < count; i += 4) {
    const offset = words(i);
    const lanes = count - i;
    const g = mul(loadUpTo4(gradient + offset, lanes), splat(scale));
    const m = add(mul(loadUpTo4(first + offset, lanes), splat(<f32>beta1)), mul(g, otherBeta1));
    const v = add(mul(loadUpTo4(second + offset, lanes), splat(<f32>beta2)), mul(mul(g, g), otherBeta2));
    const root = add(mul(f32x4.sqrt(v), splat(correction)), splat(epsilon));
    const p = mul(loadUpTo4(parameter + offset, lanes), splat(decay));
    storeUpTo4(first + offset, m, lanes);
    storeUpTo4(second + offset, v, lanes);
    storeUpTo4(parameter + offset, sub(p, mul(div(m, root), splat(stepSize))), lanes);
  }
}
