import { z } from "zod";
import { isRecord } from "./json";

/** The values of a key in the paper and in the released code. */
interface KeyValues<T> {
  /** The value in the preset `s0`, which follows the paper. Not needed if the key's type has a `.default()`. */
  readonly default?: T;
  /** The value in the authors' released code, if it differs from the paper's. */
  readonly released?: T;
}

/**
 * Declares a config key: its type and range, and its values. The doc comment of the key is its help text.
 *
 * A key with a `.default()` may be missing in a stored config: runs used that value before the key existed.
 */
export function key<T extends z.ZodType>(type: T, values: KeyValues<z.output<T>>): T {
  return type.meta({ ...values });
}

/**
 * The type of the values that a schema describes, readonly and with the doc comments of its keys. It looks only at the definition
 * of a schema: comparing whole classes of zod takes the compiler a second, which would delay completion in notebooks.
 */
export type ConfigOf<S> =
  S extends Defined<{ type: "object"; shape: infer Shape }>
    ? { readonly [Key in keyof Shape]: ConfigOf<Shape[Key]> }
    : S extends Defined<{ type: "nullable"; innerType: infer Inner }>
      ? ConfigOf<Inner> | null
      : S extends Defined<{ type: "default" | "prefault"; innerType: infer Inner }>
        ? ConfigOf<Inner>
        : S extends { _zod: { output: infer Output } }
          ? Immutable<Output>
          : never;

/** A schema with this definition. */
interface Defined<Definition> {
  _zod: { def: Definition };
}

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends Record<string, unknown>
    ? Readonly<T>
    : T;

type Values = Record<string, unknown>;

/** The keys of a section. The keys of a nullable section have no defaults: a config that sets the section sets its keys. */
function keysOf(section: z.ZodType): [name: string, type: z.ZodType][] {
  const inner = section instanceof z.ZodPrefault ? section.unwrap() : section;
  return inner instanceof z.ZodObject ? Object.entries<z.ZodType>(inner.shape) : [];
}

/**
 * The values that `find` returns for the keys of a section, nested like the section. It returns undefined for a key without a
 * value.
 */
function collect(section: z.ZodType, find: (type: z.ZodType) => { value: unknown } | undefined): Values {
  const values: Values = {};
  for (const [name, type] of keysOf(section)) {
    const result = find(type);
    const inner = result ? undefined : collect(type, find);
    if (result) values[name] = result.value;
    else if (inner && Object.keys(inner).length) values[name] = inner;
  }
  return values;
}

function valuesOf(type: z.ZodType): KeyValues<unknown> {
  return (type.meta() ?? {}) as KeyValues<unknown>;
}

/** The default of every key. The keys of the schema must all have one. */
export function defaultsOf<S extends z.ZodType>(schema: S): ConfigOf<S> {
  const values = collect(schema, (type) => {
    const { default: value } = valuesOf(type);
    return value === undefined ? undefined : { value };
  });
  return values as ConfigOf<S>;
}

/** The values of each variant, for the keys in which the released code differs from the paper. */
export function variantsOf(schema: z.ZodType): Readonly<Record<"paper" | "released", Values>> {
  const variant = (name: "default" | "released"): Values =>
    collect(schema, (type) => {
      const values = valuesOf(type);
      return "released" in values ? { value: values[name] } : undefined;
    });
  return { paper: variant("default"), released: variant("released") };
}

/** The values that runs used before a key existed, for the keys that were added later. */
export function legacyOf(schema: z.ZodType): Values {
  return collect(schema, (type) =>
    type instanceof z.ZodDefault ? { value: type.def.defaultValue } : undefined,
  );
}

/** A copy of `base` with the values of `over`; objects that both have are merged key by key. */
export function overlay(base: object, over: object): Values {
  const result: Values = Object.assign(Object.create(null), base);
  for (const [name, value] of Object.entries(over)) {
    const inner = result[name];
    result[name] = isRecord(inner) && isRecord(value) ? overlay(inner, value) : value;
  }
  return result;
}
