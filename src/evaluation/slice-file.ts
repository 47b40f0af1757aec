import { z } from "zod";
import { InputError } from "../base/errors";
import { readJson } from "../base/files";
import { parseWith } from "../base/schema";
import { mentionGroups } from "./seen-mentions";
import type { Slice, SlicedEntity } from "./slices";

/** From the first to the last value, both included; null for no limit. */
type Range = readonly [least: number | null, most: number | null];

const range = z.tuple(
  [z.int().min(0).nullable(), z.int().min(0).nullable()],
  "must be [least, most], whole numbers or null for no limit",
);

const conditionsSchema = z.strictObject({
  /** Of the entity. */
  type: z.union([z.string(), z.array(z.string()).min(1)], "must be a type or a list of types").optional(),
  length: range.optional(),
  depth: range.optional(),
  text: z.string("must be a regular expression").optional(),
  mention: z.array(z.enum(mentionGroups)).min(1).optional(),
  /** Of the sentence. */
  tokens: range.optional(),
  id: z.string("must be a regular expression").optional(),
});

type Conditions = z.infer<typeof conditionsSchema>;

const fileSchema = z.record(z.string(), z.unknown());

/**
 * Reads slices from a JSON file: an object with the conditions of each slice under its name. All conditions of a slice must hold.
 * Conditions on the entity: `type` (a type or several), `length` in tokens, `depth`, `text` (a regular expression) and `mention`
 * (groups of the frequency in training). Conditions on its sentence: `tokens` (their number) and `id` (a regular expression).
 * Ranges are `[least, most]`, with null for no limit.
 * @throws InputError if the file does not exist or a condition is invalid
 */
export function readSlices(path: string): Slice[] {
  const file = parseWith(fileSchema, readJson(path), path);
  const slices = Object.entries(file).map(([name, content]) => {
    const source = `${path}: ${name}`;
    return sliceOf(name, parseWith(conditionsSchema, content, source), source);
  });
  if (!slices.length) throw new InputError(`${path}: has no slices; write {"long": {"length": [5, null]}}`);
  return slices;
}

function sliceOf(name: string, conditions: Conditions, source: string): Slice {
  const { type, length, depth, mention, tokens } = conditions;
  const text = pattern(conditions.text, `${source}: text`);
  const id = pattern(conditions.id, `${source}: id`);
  const types = typeof type === "string" ? [type] : type;
  const entity = (one: SlicedEntity): boolean =>
    (!types || types.includes(one.type)) &&
    isWithin(one.length, length) &&
    isWithin(one.depth, depth) &&
    (!text || text.test(one.text)) &&
    (!mention || (one.mention !== undefined && mention.includes(one.mention)));
  return {
    name,
    sentence: (sentence) => isWithin(sentence.tokens.length, tokens) && (!id || id.test(sentence.id)),
    entity,
    needsTraining: mention !== undefined,
  };
}

function isWithin(value: number, limits: Range | undefined): boolean {
  if (!limits) return true;
  const [least, most] = limits;
  return value >= (least ?? 0) && value <= (most ?? Number.POSITIVE_INFINITY);
}

function pattern(source: string | undefined, where: string): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, "u");
  } catch (error) {
    throw new InputError(`${where}: ${(error as Error).message}; write a regular expression of JavaScript`, {
      cause: error,
    });
  }
}
