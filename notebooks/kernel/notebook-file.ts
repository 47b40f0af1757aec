import { z } from "zod";
import { InputError } from "../../src/base/errors";
import { readJson } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";

/** Text in a notebook file: a string or its lines. */
export type Text = string | readonly string[];

export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: Text;
}

export interface DisplayOutput {
  output_type: "display_data" | "execute_result";
  data: Record<string, Text>;
  metadata: Record<string, unknown>;
  execution_count?: number | null;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: readonly string[];
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput;

export interface CodeCell {
  cell_type: "code";
  source: Text;
  metadata: Record<string, unknown>;
  execution_count: number | null;
  outputs: Output[];
}

export interface TextCell {
  cell_type: "markdown" | "raw";
  source: Text;
  metadata: Record<string, unknown>;
}

/** A notebook in nbformat 4. */
export interface Notebook {
  cells: (CodeCell | TextCell)[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

const text = z.union([z.string(), z.array(z.string())]);
const metadata = z.record(z.string(), z.unknown()).default({});

/** Texts and pictures are text; other MIME types can contain any JSON. */
function hasTexts(data: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(data).every(
    ([type, value]) => !/^(?:text|image)\//.test(type) || text.safeParse(value).success,
  );
}

const outputSchema = z.discriminatedUnion("output_type", [
  z.looseObject({ output_type: z.literal("stream"), name: z.string(), text }),
  z.looseObject({
    output_type: z.enum(["display_data", "execute_result"]),
    data: z.record(z.string(), z.unknown()).refine(hasTexts, "must have text as texts and pictures"),
    metadata,
    execution_count: z.int().nullish(),
  }),
  z.looseObject({
    output_type: z.literal("error"),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
]);

const cellSchema = z.discriminatedUnion("cell_type", [
  z.looseObject({
    cell_type: z.literal("code"),
    source: text,
    metadata,
    execution_count: z.int().nullable().default(null),
    outputs: z.array(outputSchema).default([]),
  }),
  z.looseObject({ cell_type: z.enum(["markdown", "raw"]), source: text, metadata }),
]);

const notebookSchema = z.looseObject({
  cells: z.array(cellSchema),
  metadata,
  nbformat: z.literal(4),
  nbformat_minor: z.int().min(0).default(5),
});

/** @throws InputError if the file is missing or is not a notebook of nbformat 4 */
export function readNotebook(path: string): Notebook {
  const notebook = readJson(path);
  if ((notebook as Partial<Notebook> | null)?.nbformat !== 4) {
    throw new InputError(`${path}: not a notebook of nbformat 4; save it once with Jupyter to convert it`);
  }
  return inKeyOrder(notebook, parseWith(notebookSchema, notebook, path)) as Notebook;
}

/** The parsed value with its keys in their original order, so that writing a notebook changes no more than it must. */
function inKeyOrder(original: unknown, parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map((item, i) => inKeyOrder((original as unknown[])[i], item));
  if (typeof parsed !== "object" || parsed === null) return parsed;
  const [before, after] = [original ?? {}, parsed] as [object, Record<string, unknown>];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries([...keys].map((key) => [key, inKeyOrder(before[key as never], after[key])]));
}

export function joined(text: Text): string {
  return typeof text === "string" ? text : text.join("");
}

/** The lines of a text with their line breaks, as Jupyter stores them. */
export function linesOf(text: Text): string[] {
  return joined(text).match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A notebook as Jupyter writes it. */
export function formatNotebook(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
