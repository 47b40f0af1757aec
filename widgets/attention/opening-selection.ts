import type { LayerTrace, Trace } from "../../src/detector/trace-types";
import type { Selection } from "./attention-rows";

/**
 * Where the prior moves the most attention, among the layers, heads and proposals that the reader has not chosen. Proposals without
 * an entity count only if no proposal predicts one. Without a prior: the last layer, the proposal of the most probable entity, and the
 * head with the largest share of its new location (Eq. 15).
 */
export function openingSelection(trace: Trace, choice: Partial<Selection>): Selection {
  const { prior, layers, predicted } = trace;
  if (prior === "on") return strongest(trace, choice);
  const likeliest = predicted.toSorted((a, b) => b.probability - a.probability)[0];
  const { layer = layers.length, proposal = likeliest?.proposal ?? 0 } = choice;
  return { layer, proposal, head: choice.head ?? largestHead(layers[layer - 1], proposal) };
}

function strongest({ tokens, layers, predicted }: Trace, choice: Partial<Selection>): Selection {
  let best = { layer: 1, head: 1, proposal: 0 };
  let most = -1;
  const choices = (value: number | "mean" | undefined, from: number, count: number): number[] =>
    typeof value === "number" ? [value] : Array.from({ length: count }, (_, i) => from + i);
  const proposals = predicted.length
    ? predicted.map(({ proposal }) => proposal)
    : tokens.map((_, proposal) => proposal);
  for (const layer of choices(choice.layer, 1, layers.length)) {
    const attention = layers[layer - 1];
    for (const head of choices(choice.head, 1, attention.heads)) {
      if (head > attention.heads) continue;
      for (const proposal of choice.proposal === undefined ? proposals : [choice.proposal]) {
        const moved = movedBy(attention, head - 1, proposal, tokens.length);
        if (moved > most) [most, best] = [moved, { layer, head, proposal }];
      }
    }
  }
  return choice.head === "mean" ? { ...best, head: "mean" } : best;
}

/** The total variation distance between the weights and the softmax of the content scores alone. */
function movedBy({ content, weights }: LayerTrace, head: number, proposal: number, length: number): number {
  const first = (head * length + proposal) * length;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = first; i < first + length; i++) if (content[i] > highest) highest = content[i];
  let total = 0;
  for (let i = first; i < first + length; i++) total += Math.exp(content[i] - highest);
  let distance = 0;
  for (let i = first; i < first + length; i++)
    distance += Math.abs(weights[i] - Math.exp(content[i] - highest) / total);
  return distance / 2;
}

function largestHead({ heads, headWeights }: LayerTrace, proposal: number): number {
  const shares = Array.from({ length: heads }, (_, head) => {
    const [start, end] = headWeights.subarray(2 * (proposal * heads + head));
    return start + end;
  });
  return shares.indexOf(Math.max(...shares)) + 1;
}
