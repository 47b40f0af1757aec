import { PretrainedBert, pretrainedKeys } from "./folder";

type Keys = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Keys =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A `model.bert` whose missing sizes and word rules are those of the pre-trained BERT that it names. The folder is looked at only
 * where some are missing, so that a whole config can be read where there is none.
 * @param bert the config after `change` was laid on another one
 * @param before what `from` was in that one; sizes and rules of another BERT no longer count
 * @throws InputError when there is no such BERT
 */
export function completedBert(bert: unknown, change: unknown, before: unknown): unknown {
  if (!isRecord(bert) || !isRecord(change) || typeof bert.from !== "string" || bert.from === "") return bert;
  const isOther = bert.from !== before;
  const said = (key: string): boolean => (isOther ? change : bert)[key] !== undefined;
  const missing = pretrainedKeys.filter((key) => !said(key));
  if (!missing.length) return bert;
  const { described } = new PretrainedBert(bert.from);
  const found = Object.fromEntries(missing.map((key) => [key, described[key]]));
  return { ...bert, ...found, ...(said("vocabulary") ? {} : { vocabulary: null }) };
}
