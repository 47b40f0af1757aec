import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity, Sentence } from "../../../src/corpus";
import type { EntityDetector } from "../../../src/detector/entity-detector";
import type { LayerTrace, ProposalState, Trace } from "../../../src/detector/trace-types";
import { measure } from "../../../src/experiments/run/measures";

/** A sentence of three tokens whose proposals have these locations: start and end of each, state by state. */
function traceOf(
  states: readonly (readonly number[])[],
  gold: readonly Entity[],
  predicted: Trace["predicted"],
) {
  const uniform = new Float32Array(9).fill(1 / 3);
  return {
    tokens: ["a", "b", "c"],
    gold,
    predicted,
    states: states.map((locations) => ({ locations: Float32Array.from(locations) }) as ProposalState),
    layers: states.slice(1).map(() => ({ weights: uniform, content: new Float32Array(9) }) as LayerTrace),
  } as unknown as Trace;
}

const detectorOf = (traces: readonly Trace[]): EntityDetector => {
  const remaining = [...traces];
  return { trace: async () => remaining.shift()! } as unknown as EntityDetector;
};
const sentence = { tokens: ["a", "b", "c"] } as unknown as Sentence;
const entity = (start: number, end: number, proposal: number, type = "X") => ({
  ...{ start, end, type, proposal },
  probability: 0.5,
});

test("proposals of at most two tokens are a share; correct predictions are approached, by length", async () => {
  const gold = [entity(0, 1, 0), entity(1, 3, 1)];
  // Lengths 1.5, 2, 2.25 as proposed; the last prediction has a wrong type.
  const first = traceOf(
    [
      [0, 0.5, 1, 2, 0, 1.25],
      [0, 0, 1.75, 2, 0, 2],
    ],
    gold,
    [entity(0, 1, 0), entity(1, 3, 1), entity(0, 3, 2, "Y")],
  );
  // Lengths 4, 4, 4 in both states; nothing predicted.
  const second = traceOf(
    [
      [0, 3, 0, 3, 0, 3],
      [0, 3, 0, 3, 0, 3],
    ],
    gold,
    [],
  );
  const measures = (await measure(detectorOf([first, second]), [sentence, sentence]))!;
  assert.deepEqual(measures.shortShares, [1 / 3, 1 / 3]);
  assert.equal(measures.spanLengths[0], ((1.5 + 2 + 2.25) / 3 + 4) / 2);
  assert.deepEqual(measures.approach, {
    "1": { found: 1, distances: [0.25, 0], exact: [0, 1] },
    "2": { found: 1, distances: [0, 0.375], exact: [1, 0] },
  });
});
