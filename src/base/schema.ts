import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { InputError, show } from "./errors";

/**
 * Checks a value from outside against a schema.
 * @param source what to call the value in a message: a file, or the option it came from.
 * @throws InputError for the first fault: where it lies, what stands there, what is expected; unknown keys name the nearest valid one.
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
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  const where = path.length ? `${source}: ${path.join(".")}` : source;
  throw new InputError(`${where} is ${found === undefined ? "missing" : show(found)}: ${issue.message}`);
}

/** `; did you mean "heads"?`, or the choices (`listed` of them, where they are many) where none is near. */
export function nearest(
  word: string,
  choices: readonly string[],
  listed: readonly string[] = choices,
): string {
  if (!choices.length) return "";
  const near = closest(word, choices);
  const like = distance(word, near) <= Math.max(2, word.length / 2) || near.startsWith(word);
  return like ? `; did you mean "${near}"?` : `; there are ${listed.join(", ")}`;
}

/** The keys that an object schema has at a path. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  const shape = (at: z.ZodType): Record<string, z.ZodType> => {
    // what may be null or be left out is the same inside
    const inner = (at as Partial<z.ZodNullable<z.ZodType>>).unwrap?.();
    return inner ? shape(inner) : ((at as Partial<z.ZodObject>).shape ?? {});
  };
  const end = path.reduce<z.ZodType | undefined>((at, key) => at && shape(at)[key], schema);
  return end ? Object.keys(shape(end)) : [];
}
