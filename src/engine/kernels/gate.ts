import { sigmoid, tanh } from "./lib/functions";
import { storeCellGradient } from "./lib/gru-cell";
import { add, loadUpTo4, multiplyAdd, storeUpTo4, sub, words } from "./lib/simd";

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
  for (let row = first; row < end; row++) {
    for (let j = 0; j < size; j += 4) {
      const gateOffset = words(3 * row * size + j);
      const offset = words(row * size + j);
      const lanes = size - j;
      storeCellGradient(
        loadUpTo4(dOut + offset, lanes),
        gates + gateOffset,
        loadUpTo4(hidden + 2 * part + gateOffset, lanes),
        loadUpTo4(state + offset, lanes),
        size,
        lanes,
        dInput + gateOffset,
        dHidden + gateOffset,
        dState + offset,
      );
    }
  }
}
