import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { InputError, show } from "./errors";

/**
 * Validates outside input against a schema.
 * @param source names the input in messages: a file or an option
 * @throws InputError for the first error, with its path, the value and what is expected; for an unknown key, with the nearest valid
 * one
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const name = [...path, issue.keys[0]].join(".");
    throw new InputError(`${source}: unknown key "${name}"${nearest(issue.keys[0], keysAt(schema, path))}`);
  }
  const actual = path.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    value,
  );
  const where = path.length ? `${source}: ${path.join(".")}` : source;
  throw new InputError(`${where} is ${actual === undefined ? "missing" : show(actual)}: ${issue.message}`);
}

/** `; did you mean "heads"?`, or a list of the choices if none is near. @param listed the choices to list, if not all */
export function nearest(
  word: string,
  choices: readonly string[],
  listed: readonly string[] = choices,
): string {
  if (!choices.length) return "";
  const candidate = closest(word, choices);
  const isNear = distance(word, candidate) <= Math.max(2, word.length / 2) || candidate.startsWith(word);
  return isNear ? `; did you mean "${candidate}"?` : `; there are ${listed.join(", ")}`;
}

/** The keys of the object schema at a path. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  const shape = (outer: z.ZodType): Record<string, z.ZodType> => {
    // Nullable and optional schemas wrap the schema of the value.
    const inner = (outer as Partial<z.ZodNullable<z.ZodType>>).unwrap?.();
    return inner ? shape(inner) : ((outer as Partial<z.ZodObject>).shape ?? {});
  };
  const end = path.reduce<z.ZodType | undefined>((parent, key) => parent && shape(parent)[key], schema);
  return end ? Object.keys(shape(end)) : [];
}
