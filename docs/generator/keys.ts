import { z } from "zod";

/** A config key with a value, not with more keys. */
export interface Key {
  /** As for `--set`: "model.bert.layers". */
  readonly path: string;
  /** Its type and range in words: "a whole number, 1 to 64". */
  readonly takes: string;
  /** Its declared default; `undefined` if it must be given. */
  readonly fallback: unknown;
}

/** A condition on several keys. */
export interface Rule {
  readonly path: string;
  readonly message: string;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

/** All keys of an object schema, in order. */
export function keysOf(schema: z.ZodType): Key[] {
  return below(z.toJSONSchema(schema, { io: "input" }) as JsonSchema, []);
}

function below(schema: JsonSchema, path: readonly string[]): Key[] {
  const { properties } = withoutNull(schema);
  if (!properties)
    return [{ path: path.join("."), takes: takes(schema).join(" or "), fallback: schema.default }];
  return Object.entries(properties).flatMap(([name, inner]) => below(inner, [...path, name]));
}

/** The object of a section that may be null. Other types keep their null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find(({ properties }) => properties) ?? schema;
}

/** The alternatives that a schema accepts, in words. */
function takes(schema: JsonSchema): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(takes);
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``);
  if (Array.isArray(schema.type)) return schema.type.flatMap((type) => takes({ ...schema, type }));
  switch (schema.type) {
    case "null":
      return ["`null`"];
    case "boolean":
      return ["`true`", "`false`"];
    case "string":
      return [schema.pattern ? `text that matches \`${schema.pattern}\`` : "text"];
    case "integer":
      return [`a whole number${range(schema)}`];
    case "number":
      return [`a number${range(schema)}`];
    case "array":
      return [
        `a list${schema.maxItems === undefined ? "" : ` of at most ${schema.maxItems}`}, each ${takes(schema.items ?? {}).join(" or ")}`,
      ];
    case "object":
      if (typeof schema.additionalProperties === "object")
        return [`an object, each value ${takes(schema.additionalProperties).join(" or ")}`];
  }
  throw new Error(`no words for ${JSON.stringify(schema)}`);
}

function range({ minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): string {
  const bounded = maximum < Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined)
    return ` above ${exclusiveMinimum}${bounded ? `, at most ${maximum}` : ""}`;
  return bounded ? `, ${minimum} to ${maximum}` : `, at least ${minimum}`;
}

/** The conditions on several keys in a schema and its sections. */
export function rulesOf(schema: z.ZodType, path: readonly string[] = []): Rule[] {
  const { checks = [], shape = {}, innerType } = schema._zod.def as unknown as Definition;
  const rules = checks.flatMap(({ _zod: { def } }) =>
    def.path ? [{ path: [...path, ...def.path].join("."), message: messageOf(def.error?.({})) }] : [],
  );
  if (innerType) return rulesOf(innerType, path);
  return [...rules, ...Object.entries(shape).flatMap(([name, inner]) => rulesOf(inner, [...path, name]))];
}

interface Definition {
  readonly checks?: readonly {
    readonly _zod: {
      readonly def: {
        readonly path?: readonly string[];
        readonly error?: (issue: object) => string | { readonly message: string };
      };
    };
  }[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
}

function messageOf(error: string | { readonly message: string } | undefined): string {
  return typeof error === "string" ? error : (error?.message ?? "");
}
