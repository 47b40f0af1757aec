import { loadUpTo4, mul, splat, storeUpTo4, sub, words } from "./simd";

/**
 * Gradients of up to four units of a GRU cell n + z (h - n), from the gradient `g` of its new state.
 *
 * @param gates r, z and n, which are `size` words apart
 * @param a the linear map of the state that r scales
 * @param dInput receives the gradients of r, z and n before their activation, `size` words apart
 * @param dHidden the same, for the linear map of the state
 * @param dState receives the gradient of h, except through the linear map
 */
@inline
export function storeCellGradient(
  g: v128,
  gates: usize,
  a: v128,
  h: v128,
  size: i32,
  lanes: i32,
  dInput: usize,
  dHidden: usize,
  dState: usize,
): void {
  const part = words(size);
  const one = splat(1);
  const r = loadUpTo4(gates, lanes);
  const z = loadUpTo4(gates + part, lanes);
  const n = loadUpTo4(gates + 2 * part, lanes);
  const dn = mul(mul(g, sub(one, z)), sub(one, mul(n, n)));
  const dz = mul(mul(g, sub(h, n)), mul(z, sub(one, z)));
  const dr = mul(mul(dn, a), mul(r, sub(one, r)));
  storeUpTo4(dInput, dr, lanes);
  storeUpTo4(dInput + part, dz, lanes);
  storeUpTo4(dInput + 2 * part, dn, lanes);
  storeUpTo4(dHidden, dr, lanes);
  storeUpTo4(dHidden + part, dz, lanes);
  storeUpTo4(dHidden + 2 * part, mul(dn, r), lanes);
  storeUpTo4(dState, mul(g, z), lanes);
}
