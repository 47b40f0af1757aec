// Settings as plain records of keys, before they are checked.

/** The record whose keys are names of parameters, which have dots of their own. */
const rates = "training.rates.";

/** The keys of a path of `--set`: "training.rates.encoder.bert" ends with the one key "encoder.bert". */
export function keysOf(path: string): string[] {
  return path.startsWith(rates) ? ["training", "rates", path.slice(rates.length)] : path.split(".");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `over` laid on `base`, key by key where both are objects. */
export function overlay(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const result: Record<string, unknown> = Object.assign(Object.create(null), base);
  for (const [key, value] of Object.entries(over)) result[key] = overlay(base[key], value);
  return result;
}
