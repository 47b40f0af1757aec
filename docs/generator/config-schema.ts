import { z } from "zod";
import { configSchema } from "../../src/config/config";
import { docstringsOf } from "./docstrings";

type Schema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON schema of config files, for editors and for the command's help: `config.schema.json`. No key is required, because a file
 * only contains what it changes.
 */
export function configJsonSchema(root: string): string {
  const docs = docstringsOf(root, "src/config/config.ts", "Config");
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: "input" });
  const { properties } = describe(schema, "", docs);
  const file = {
    $schema,
    title: "Config of pnr",
    type: "object",
    properties: { $schema: { type: "string" }, ...properties },
    additionalProperties: false,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Adds the doc comments of keys, and removes what only validation needs. */
function describe(schema: Schema, path: string, docs: ReadonlyMap<string, string>): Schema {
  const { required: _, released: __, properties, anyOf, maximum, ...rest } = schema;
  const description = docs.get(path);
  return {
    ...(description === undefined ? {} : { description }),
    ...rest,
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    ...(anyOf && {
      anyOf: anyOf.map((alternative) => withoutDescription(describe(alternative as Schema, path, docs))),
    }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [
          name,
          describe(inner as Schema, path ? `${path}.${name}` : name, docs),
        ]),
      ),
    }),
  };
}

function withoutDescription({ description: _, ...schema }: Schema): Schema {
  return schema;
}
