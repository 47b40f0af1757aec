import { Random } from "../../../src/engine/random";
import { type AttentionOptions, attention } from "../../../widgets/attention/attention";
import type { WidgetInstance } from "../../../widgets/shared/widget";
import { fakeTrace } from "../../widgets/fake";

/** A user's action: setting a control, found by its label, to several values in turn. */
export interface Step {
  readonly name: string;
  readonly control: string;
  readonly values: readonly string[];
}

/** A widget to time, with its limits in milliseconds. */
export interface Case {
  readonly name: string;
  readonly limits: { readonly open: number; readonly step: number };
  readonly steps: readonly Step[];
  show(): WidgetInstance<unknown, object, unknown>;
}

const syllables = ["ba", "cer", "do", "fi", "gul", "he", "jin", "ko", "lam", "mo", "ner", "ost", "pi", "qua"];

/** A sentence of made-up words. */
function words(count: number): string[] {
  const random = new Random(7);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(4) }, () => syllables[random.below(syllables.length)]).join(""),
  );
}

export function attentionCase(
  tokens: number,
  layers: number,
  options: AttentionOptions,
  limits: Case["limits"],
): Case {
  const heads = 8;
  const middle = Math.floor(tokens / 2);
  const entity = { start: middle - 2, end: middle + 1, type: "place" };
  const { view = "row", pinned = [] } = options;
  const what = view === "map" ? "maps" : pinned.length ? `row and ${pinned.length} pinned` : "row";
  const manyLayers: Step[] = layers > 1 ? [{ name: "layer", control: "layer", values: ["1", "2", "3"] }] : [];
  return {
    name: `attention, ${what}: ${layers} × ${heads} × ${tokens} tokens`,
    limits,
    steps: [
      ...manyLayers,
      { name: "head", control: "head", values: ["4", "mean", "7"] },
      { name: "proposal", control: "proposal", values: [3, 11, middle].map(String) },
    ],
    show: () => {
      const trace = fakeTrace({
        tokens: words(tokens),
        gold: [entity],
        predicted: [entity],
        layers,
        heads,
      });
      return attention(trace, options) as WidgetInstance<unknown, object, unknown>;
    },
  };
}

const fast = { open: 500, step: 100 };
const usable = { open: 2000, step: 700 };

/** A row over 128 tokens must be fast. Pins, maps and 512 tokens must stay usable. */
export const cases: readonly Case[] = [
  attentionCase(128, 3, {}, fast),
  attentionCase(128, 3, { head: 1, pinned: [5, 50, 100] }, usable),
  attentionCase(128, 3, { view: "map" }, usable),
  attentionCase(512, 3, { head: 1 }, usable),
  attentionCase(512, 3, { head: 1, view: "map" }, usable),
];
