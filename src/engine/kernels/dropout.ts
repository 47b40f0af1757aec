import { words } from "./simd";

/**
 * Draws `count` numbers from the generator of ../random.ts, whose four words are at `state` and are moved on:
 * out = x · mask, where the mask is 0 for a number below `below`, of 2^32, and else `scale`; `kept` tells the two apart.
 */
export function dropout(
  x: usize,
  count: i32,
  below: f64,
  scale: f32,
  state: usize,
  out: usize,
  kept: usize,
): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  for (let i = 0; i < count; i++) {
    const sum = a + b + d;
    d += 1;
    a = b ^ (b >> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + sum;
    const keeps = <f64>sum >= below;
    store<u8>(kept + i, <u8>keeps);
    store<f32>(out + words(i), load<f32>(x + words(i)) * select<f32>(scale, 0, keeps));
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** dx = dy · mask, for blocks of 1024 elements, those from `first` up to `end`. */
export function dropoutGradient(
  first: i32,
  end: i32,
  dy: usize,
  kept: usize,
  count: i32,
  scale: f32,
  dx: usize,
): void {
  const stop = min(count, end << 10);
  for (let i = first << 10; i < stop; i++) {
    const mask = <f32>load<u8>(kept + i) * scale;
    store<f32>(dx + words(i), load<f32>(dy + words(i)) * mask);
  }
}
