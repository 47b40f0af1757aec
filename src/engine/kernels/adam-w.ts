import { add, div, loadUpTo4, mul, splat, storeUpTo4, sub, words } from "./simd";

/** One step of AdamW on `count` words, in place; the numbers are those of ../ops/adam-w.ts. */
export function adamW(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  scale: f32,
  beta1: f32,
  beta2: f32,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
  decay: f32,
): void {
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    const lanes = count - i;
    const g = mul(loadUpTo4(gradient + at, lanes), splat(scale));
    const m = add(mul(loadUpTo4(first + at, lanes), splat(beta1)), mul(g, splat(1 - beta1)));
    const v = add(mul(loadUpTo4(second + at, lanes), splat(beta2)), mul(mul(g, g), splat(1 - beta2)));
    const root = add(mul(f32x4.sqrt(v), splat(correction)), splat(epsilon));
    const p = mul(loadUpTo4(parameter + at, lanes), splat(decay));
    storeUpTo4(first + at, m, lanes);
    storeUpTo4(second + at, v, lanes);
    storeUpTo4(parameter + at, sub(p, mul(div(m, root), splat(stepSize))), lanes);
  }
}
