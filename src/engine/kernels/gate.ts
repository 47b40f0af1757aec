import { sigmoid, tanh } from "./lib/functions";
import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, sub, words } from "./lib/simd";

/**
 * The gate of a GRU cell: n + z (h - n) with r = σ(x_r + a_r), z = σ(x_z + a_z), n = tanh(x_n + r a_n). Rows are tokens.
 *
 * @param input x [rows, 3 · size]
 * @param hidden a [rows, 3 · size], the linear map of the state
 * @param state h [rows, size]
 * @param gates [rows, 3 · size] receives r, z, n
 */
export function gate(
  first: i32,
  end: i32,
  input: usize,
  hidden: usize,
  state: usize,
  size: i32,
  out: usize,
  gates: usize,
): void {
  const part = words(size);
  for (let row = first; row < end; row++) {
    for (let j = 0; j < size; j += 4) {
      const gateOffset = words(3 * row * size + j);
      const offset = words(row * size + j);
      const lanes = size - j;
      const r = sigmoid(add(loadUpTo4(input + gateOffset, lanes), loadUpTo4(hidden + gateOffset, lanes)));
      const z = sigmoid(add(loadUpTo4(input + part + gateOffset, lanes), loadUpTo4(hidden + part + gateOffset, lanes)));
      const a = loadUpTo4(hidden + 2 * part + gateOffset, lanes);
      const n = tanh(multiplyAdd(r, a, loadUpTo4(input + 2 * part + gateOffset, lanes)));
      storeUpTo4(gates + gateOffset, r, lanes);
      storeUpTo4(gates + part + gateOffset, z, lanes);
      storeUpTo4(gates + 2 * part + gateOffset, n, lanes);
      storeUpTo4(out + offset, multiplyAdd(z, sub(loadUpTo4(state + offset, lanes), n), n), lanes);
    }
  }
}

export function gateGradient(
  first: i32,
  end: i32,
  hidden: usize,
  state: usize,
  gates: usize,
  dOut: usize,
  size: i32,
  dInput: usize,
  dHidden: usize,
  dState: usize,
): void {
  const part = words(size);
  const one = splat(1);
  for (let row = first; row < end; row++) {
    for (let j = 0; j < size; j += 4) {
      const gateOffset = words(3 * row * size + j);
      const offset = words(row * size + j);
      const lanes = size - j;
      const r = loadUpTo4(gates + gateOffset, lanes);
      const z = loadUpTo4(gates + part + gateOffset, lanes);
      const n = loadUpTo4(gates + 2 * part + gateOffset, lanes);
      const a = loadUpTo4(hidden + 2 * part + gateOffset, lanes);
      const d = loadUpTo4(dOut + offset, lanes);
      const dn = mul(mul(d, sub(one, z)), sub(one, mul(n, n)));
      const dz = mul(mul(d, sub(loadUpTo4(state + offset, lanes), n)), mul(z, sub(one, z)));
      const dr = mul(mul(dn, a), mul(r, sub(one, r)));
      storeUpTo4(dInput + gateOffset, dr, lanes);
      storeUpTo4(dInput + part + gateOffset, dz, lanes);
      storeUpTo4(dInput + 2 * part + gateOffset, dn, lanes);
      storeUpTo4(dHidden + gateOffset, dr, lanes);
      storeUpTo4(dHidden + part + gateOffset, dz, lanes);
      storeUpTo4(dHidden + 2 * part + gateOffset, mul(dn, r), lanes);
      storeUpTo4(dState + offset, mul(d, z), lanes);
    }
  }
}
