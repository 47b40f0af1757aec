// A GRU over a packed batch. Sentences are sorted by descending length, and rows by step. So each step is a block of rows, its
// previous states are the first rows of the previous block, and there is no padding. counts[s] is the number of sentences that
// reach step s.
import { storeCellGradient } from "./lib/gru-cell";
import { packPanels, paddedDepth } from "./lib/pack";
import { multiplyPacked } from "./lib/packed-product";
import { multiplyRow, rowTile } from "./lib/row-product";
import { add, loadUpTo4, multiplyAdd, splat, storeUpTo4, sub, words } from "./lib/simd";
import { sigmoid, tanh } from "./lib/functions";

/** Words of scratch for {@link gruForward} and {@link gruBackward}. @param sentences the most sentences of a step */
export function gruScratch(sentences: i32, hidden: i32): i32 {
  const padded = (sentences + 3) & ~3;
  const packedWeight = max(
    paddedDepth(hidden) * (3 * hidden + 8),
    paddedDepth(3 * hidden) * (hidden + 8),
  );
  return 32 + packedWeight + padded * (paddedDepth(3 * hidden) + 3 * hidden);
}

/** Word `at` of a direction's row in a table of addresses. */
@inline
function entry(table: usize, direction: i32, columns: i32, column: i32): usize {
  return <usize>load<u32>(table + words(direction * columns + column));
}

/**
 * The forward pass of directions `first` … `end` - 1.
 * @param table for each direction, the addresses of W x [rows, 3 · hidden], U [3 · hidden, hidden], both biases and the token
 * of each row
 * @param saved [direction, rows, 5 · hidden] receives r, z, n, U_n h + c_n and the new state of each row
 * @param output [rows, 2 · hidden] receives the states by token
 * @param rows the rows of all steps
 */
export function gruForward(
  first: i32,
  end: i32,
  table: usize,
  counts: usize,
  steps: i32,
  rows: i32,
  hidden: i32,
  saved: usize,
  output: usize,
  scratch: usize,
): void {
  for (let direction = first; direction < end; direction++) {
    forwardDirection(
      entry(table, direction, 5, 0),
      entry(table, direction, 5, 1),
      entry(table, direction, 5, 2),
      entry(table, direction, 5, 3),
      entry(table, direction, 5, 4),
      counts,
      steps,
      hidden,
      saved + words(5 * hidden * rows * direction),
      output + words(hidden * direction),
      scratch,
    );
  }
}

function forwardDirection(
  projected: usize,
  weight: usize,
  biasInput: usize,
  biasHidden: usize,
  tokens: usize,
  counts: usize,
  steps: i32,
  hidden: i32,
  saved: usize,
  output: usize,
  scratch: usize,
): void {
  const most = load<i32>(counts);
  const unpacked = most == 1 && 3 * hidden >= rowTile;
  const packedWeight = scratch + 128;
  const packedState = packedWeight + words(paddedDepth(hidden) * (3 * hidden + 8));
  const product = packedState + words(((most + 3) & ~3) * paddedDepth(hidden));
  if (!unpacked) packPanels(weight, hidden, 1, 3 * hidden, hidden, 8, packedWeight);
  memory.fill(product, 0, words(most * 3 * hidden));
  let before: usize = 0;
  for (let step = 0; step < steps; step++) {
    const count = load<i32>(counts + words(step));
    if (step > 0 && unpacked) multiplyRow(weight, before + words(4 * hidden), 3 * hidden, hidden, product);
    else if (step > 0) {
      packPanels(before + words(4 * hidden), 5 * hidden, 1, count, hidden, 4, packedState);
      multiplyPacked(
        packedState,
        packedWeight,
        count,
        3 * hidden,
        hidden,
        product,
        3 * hidden,
        false,
        scratch,
      );
    }
    gruForwardCells(projected, product, biasInput, biasHidden, tokens, count, before, hidden, saved, output);
    before = saved;
    tokens += words(count);
    saved += words(5 * hidden * count);
  }
}

/**
 * One step of one direction, for `count` sentences.
 *
 * @param projected W x [rows, 3 · hidden] of all tokens
 * @param product U h [count, 3 · hidden]
 * @param tokens the token of each row of this step
 * @param before `saved` of the previous step; 0 at the first step
 * @param saved [count, 5 · hidden]
 * @param output [rows, 2 · hidden] of all tokens, starting at this direction's half
 */
export function gruForwardCells(
  projected: usize,
  product: usize,
  biasInput: usize,
  biasHidden: usize,
  tokens: usize,
  count: i32,
  before: usize,
  hidden: i32,
  saved: usize,
  output: usize,
): void {
  for (let i = 0; i < count; i++) {
    const token = load<i32>(tokens + words(i));
    const state = before == 0 ? 0 : before + words((5 * i + 4) * hidden);
    const record = saved + words(5 * hidden * i);
    forwardCell(
      projected + words(3 * hidden * token),
      product + words(3 * hidden * i),
      biasInput,
      biasHidden,
      state,
      hidden,
      record,
    );
    memory.copy(output + words(2 * hidden * token), record + words(4 * hidden), words(hidden));
  }
}

/** @param state the previous state; 0 for zeros */
function forwardCell(
  projected: usize,
  product: usize,
  biasInput: usize,
  biasHidden: usize,
  state: usize,
  hidden: i32,
  saved: usize,
): void {
  const part = words(hidden);
  for (let j = 0; j < hidden; j += 4) {
    const offset = words(j);
    const lanes = hidden - j;
    const resetInput = add(loadUpTo4(projected + offset, lanes), loadUpTo4(biasInput + offset, lanes));
    const resetState = add(loadUpTo4(product + offset, lanes), loadUpTo4(biasHidden + offset, lanes));
    const r = sigmoid(add(resetInput, resetState));
    const updateInput = add(loadUpTo4(projected + part + offset, lanes), loadUpTo4(biasInput + part + offset, lanes));
    const updateState = add(loadUpTo4(product + part + offset, lanes), loadUpTo4(biasHidden + part + offset, lanes));
    const z = sigmoid(add(updateInput, updateState));
    const end = part + part + offset;
    const a = add(loadUpTo4(product + end, lanes), loadUpTo4(biasHidden + end, lanes));
    const input = add(loadUpTo4(projected + end, lanes), loadUpTo4(biasInput + end, lanes));
    const n = tanh(multiplyAdd(r, a, input));
    const h = state == 0 ? splat(0) : loadUpTo4(state + offset, lanes);
    storeUpTo4(saved + offset, r, lanes);
    storeUpTo4(saved + part + offset, z, lanes);
    storeUpTo4(saved + end, n, lanes);
    storeUpTo4(saved + 3 * part + offset, a, lanes);
    storeUpTo4(saved + 4 * part + offset, multiplyAdd(z, sub(h, n), n), lanes);
  }
}

/**
 * The backward pass of directions `first` … `end` - 1.
 *
 * @param table for each direction, the addresses of U, of the token of each row, and of three results: the gradient of W x
 * [rows, 3 · hidden] by token, the gradient of U h [rows, 3 · hidden] by row, and the previous states
 * [rows - counts[0], hidden] of all rows except those of step 0
 * @param saved from {@link gruForward}
 * @param dOutput [rows, 2 · hidden] by token
 */
export function gruBackward(
  first: i32,
  end: i32,
  table: usize,
  counts: usize,
  steps: i32,
  rows: i32,
  hidden: i32,
  saved: usize,
  dOutput: usize,
  scratch: usize,
): void {
  for (let direction = first; direction < end; direction++) {
    backwardDirection(
      dOutput + words(hidden * direction),
      saved + words(5 * hidden * rows * direction),
      entry(table, direction, 5, 0),
      entry(table, direction, 5, 1),
      counts,
      steps,
      rows,
      hidden,
      entry(table, direction, 5, 2),
      entry(table, direction, 5, 3),
      entry(table, direction, 5, 4),
      scratch,
    );
  }
}

function backwardDirection(
  dOutput: usize,
  saved: usize,
  weight: usize,
  tokens: usize,
  counts: usize,
  steps: i32,
  rows: i32,
  hidden: i32,
  dProjected: usize,
  dProduct: usize,
  previous: usize,
  scratch: usize,
): void {
  const most = load<i32>(counts);
  const packedWeight = scratch + 128;
  const packedGradient = packedWeight + words(paddedDepth(3 * hidden) * (hidden + 8));
  const carried = packedGradient + words(((most + 3) & ~3) * paddedDepth(3 * hidden));
  packPanels(weight, 1, hidden, hidden, 3 * hidden, 8, packedWeight);
  memory.fill(carried, 0, words(most * hidden));
  let first = rows;
  for (let step = steps - 1; step >= 0; step--) {
    const count = load<i32>(counts + words(step));
    first -= count;
    const before = step > 0 ? first - load<i32>(counts + words(step - 1)) : 0;
    gruBackwardCells(
      dOutput,
      carried,
      saved + words(5 * hidden * first),
      tokens + words(first),
      count,
      step > 0 ? saved + words(5 * hidden * before) : 0,
      hidden,
      dProjected,
      dProduct + words(3 * hidden * first),
      previous + words((first - most) * hidden),
    );
    if (step == 0) break;
    packPanels(dProduct + words(3 * hidden * first), 3 * hidden, 1, count, 3 * hidden, 4, packedGradient);
    multiplyPacked(packedGradient, packedWeight, count, hidden, 3 * hidden, carried, hidden, true, scratch);
  }
}

/**
 * One step of one direction backward, for `count` sentences.
 *
 * @param dOutput [rows, 2 · hidden] of all tokens, starting at this direction's half
 * @param carried [count, hidden] gradient from the next step; receives the gradient of the previous states, except through U h
 * @param saved [count, 5 · hidden] of this step
 * @param tokens the token of each row of this step
 * @param before `saved` of the previous step; 0 at the first step
 * @param dProjected [rows, 3 · hidden] of all tokens
 * @param dProduct [count, 3 · hidden]
 * @param previous [count, hidden] receives the previous states, except at the first step
 */
export function gruBackwardCells(
  dOutput: usize,
  carried: usize,
  saved: usize,
  tokens: usize,
  count: i32,
  before: usize,
  hidden: i32,
  dProjected: usize,
  dProduct: usize,
  previous: usize,
): void {
  for (let i = 0; i < count; i++) {
    const token = load<i32>(tokens + words(i));
    const state = before == 0 ? 0 : before + words((5 * i + 4) * hidden);
    if (before != 0) memory.copy(previous + words(i * hidden), state, words(hidden));
    backwardCell(
      dOutput + words(2 * hidden * token),
      carried + words(hidden * i),
      saved + words(5 * hidden * i),
      state,
      hidden,
      dProjected + words(3 * hidden * token),
      dProduct + words(3 * hidden * i),
    );
  }
}

/** @param carried [hidden] gradient from the next step; receives the gradient of the previous state, except through U h */
function backwardCell(
  dState: usize,
  carried: usize,
  saved: usize,
  state: usize,
  hidden: i32,
  dProjected: usize,
  dProduct: usize,
): void {
  for (let j = 0; j < hidden; j += 4) {
    const offset = words(j);
    const lanes = hidden - j;
    storeCellGradient(
      add(loadUpTo4(dState + offset, lanes), loadUpTo4(carried + offset, lanes)),
      saved + offset,
      loadUpTo4(saved + words(3 * hidden) + offset, lanes),
      state == 0 ? splat(0) : loadUpTo4(state + offset, lanes),
      hidden,
      lanes,
      dProjected + offset,
      dProduct + offset,
      carried + offset,
    );
  }
}
