import { add, div, loadUpTo4, mul, splat, storeUpTo4, sub, words } from "./simd";

/** One step of AdamW on `count` words, in place; the numbers are those of ../ops/adam-w.ts. */
export function adamW(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  scale: f32,
  beta1: f64,
  beta2: f64,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
  decay: f32,
): void {
  // Taken from 1 in double precision: in single precision 1 - 0.999 has only four digits.
  const otherBeta1 = splat(<f32>(1 - beta1));
  const otherBeta2 = splat(<f32>(1 - beta2));
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    const lanes = count - i;
    const g = mul(loadUpTo4(gradient + at, lanes), splat(scale));
    const m = add(mul(loadUpTo4(first + at, lanes), splat(<f32>beta1)), mul(g, otherBeta1));
    const v = add(mul(loadUpTo4(second + at, lanes), splat(<f32>beta2)), mul(mul(g, g), otherBeta2));
    const root = add(mul(f32x4.sqrt(v), splat(correction)), splat(epsilon));
    const p = mul(loadUpTo4(parameter + at, lanes), splat(decay));
    storeUpTo4(first + at, m, lanes);
    storeUpTo4(second + at, v, lanes);
    storeUpTo4(parameter + at, sub(p, mul(div(m, root), splat(stepSize))), lanes);
  }
}
