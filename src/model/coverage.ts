import { Recent } from "../base/recent";
import { masked } from "../nn/mask";
import type { Level } from "./pyramid";

/** The features around each token, N_j of Eq. 8, as `count` slots a token. */
export interface Coverage {
  /** L */
  readonly tokens: number;
  /** N */
  readonly count: number;
  /** [batch · tokens · count] row of each slot's feature among all features of the batch; any row where masked. */
  readonly rows: Int32Array;
  /** [batch · tokens · count] 0, or `masked` where the slot's feature does not exist. */
  readonly mask: Float32Array;
  /** [tokens · 2 · count] first and last token of each slot's feature. */
  readonly positions: Float32Array;
}

/** What is the same for all batches of a length. */
interface Slots extends Pick<Coverage, "tokens" | "count" | "positions"> {
  /** Features of a sentence. */
  readonly features: number;
  /** [tokens · count] feature of each slot; any where it does not exist. */
  readonly feature: Int32Array;
  /** [tokens · count] tokens that a sentence must have for the slot's feature to exist; more than there are where none does. */
  readonly needed: Int32Array;
}

const recent = new Recent<Slots>(256);

export function coverageOf(levels: readonly Level[], lengths: readonly number[]): Coverage {
  const tokens = levels[0].features.shape[1];
  const spans = levels.map((level) => level.span);
  const slots = recent.get([tokens, ...spans].join(), () => slotsOf(tokens, spans));
  const { features, feature, needed, count, positions } = slots;
  const each = tokens * count;
  const rows = new Int32Array(lengths.length * each);
  const mask = new Float32Array(lengths.length * each);
  for (let sentence = 0; sentence < lengths.length; sentence++) {
    const length = lengths[sentence];
    const first = sentence * features;
    for (let slot = 0, at = sentence * each; slot < each; slot++, at++) {
      rows[at] = first + feature[slot];
      if (needed[slot] > length) mask[at] = masked;
    }
  }
  return { tokens, count, rows, mask, positions };
}

function slotsOf(tokens: number, spans: readonly number[]): Slots {
  const count = spans.reduce((sum, span) => sum + span, 0);
  const feature = new Int32Array(tokens * count);
  const needed = new Int32Array(tokens * count);
  const positions = new Float32Array(tokens * 2 * count);
  let slot = 0;
  let first = 0;
  for (const span of spans) {
    const places = tokens - span + 1;
    for (let offset = 0; offset < span; offset++, slot++) {
      for (let token = 0; token < tokens; token++) {
        const place = token - offset;
        const exists = place >= 0 && place < places;
        feature[token * count + slot] = exists ? first + place : 0;
        needed[token * count + slot] = exists ? place + span : tokens + 1;
        positions[2 * token * count + slot] = place;
        positions[(2 * token + 1) * count + slot] = place + span - 1;
      }
    }
    first += places;
  }
  return { tokens, count, features: first, feature, needed, positions };
}
