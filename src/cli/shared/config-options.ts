import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import { wholeNumber } from "./options";

interface KeySchema {
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly KeySchema[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
}

/** The JSON schema that `npm run docs` writes from `src/config`. */
const schema: KeySchema = JSON.parse(
  readFileSync(join(__dirname, "../../../..", "config.schema.json"), "utf8"),
);

/**
 * An option for a whole-number key of the training config, such as `--limit-train <number>` for `limitTrain`. Its range and help
 * come from the key's declaration.
 */
export function trainingOption(key: string): Option {
  const declaration = schema.properties?.training.properties?.[key];
  if (declaration?.description === undefined) throw new Error(`config.schema.json has no training.${key}`);
  const { minimum, maximum } = declaration.anyOf?.[0] ?? declaration;
  const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new Option(`--${flag} <number>`, helpOf(declaration.description)).argParser(
    wholeNumber(minimum ?? 0, maximum),
  );
}

/** The option for `model.architecture`. */
export function architectureOption(): Option {
  const declaration = schema.properties?.model.properties?.architecture;
  if (!declaration?.enum) throw new Error("config.schema.json has no model.architecture");
  return new Option(
    "--architecture <name>",
    "the paper's network, or a baseline: a CRF or a span classifier (model.architecture)",
  ).choices(declaration.enum);
}

/** The first clause, as a help text: lower-case, without a period. */
function helpOf(description: string): string {
  const [clause] = description.split(/[.;](?:\s|$)/, 1);
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
