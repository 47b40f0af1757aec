import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors";
import { command } from "../base/shell";
import type { ModelConfig } from "../config/model";
import type { StateFile } from "../detector/state-file";
import type { ModelDescription } from "../detector/storage";
import type { Config } from "../training";
import { addExamples, requireOptions } from "./options";
import { printText } from "./output";

interface ImportOptions {
  readonly out: string;
  readonly metadata?: string;
  readonly config?: string;
  readonly preset?: string;
  readonly set: readonly string[];
}

export function addImport(program: Command): void {
  const command = program
    .command("import")
    .summary("read a checkpoint of the authors' released code")
    .description(
      "Reads a state_dict of the authors' released code, saved as safetensors (32-bit floats), into a folder that the other " +
        "commands take as --run. The model gets the variant `released` and reads text as the released code does; its sizes come " +
        "from --config or --preset and --set, its entity types, characters and POS tags from the released code's metadata.json. A file that `pnr export` wrote says all " +
        "of that itself. Every tensor that is missing, too many or of another shape is named.",
    )
    .argument("<file>", "the state_dict, a safetensors file")
    .option("--out <folder>", "a new folder for the model (required)")
    .option(
      "--metadata <file>",
      "metadata.json: {type, char, pos}, and word for word vectors, unknown words' row first; the lists in the tables' order",
    )
    .addOption(new Option("--preset <name>", "the model's sizes from a preset").conflicts("config"))
    .option("--config <file>", "the model's sizes from a JSON file {model}")
    .addOption(
      new Option("--set <key=value...>", "change sizes, for example model.layers=2").default([], "none"),
    )
    .action(run);
  requireOptions(command, "out");
  addExamples(
    command,
    ["what `pnr export` wrote", "pnr import genia.safetensors --out runs/genia"],
    [
      "a checkpoint of the released code",
      "pnr import genia.safetensors --metadata metadata.json --preset b --set model.embedding.words=0 \\\n" +
        "      model.bert.vocabulary=vocab.txt --out runs/genia",
    ],
  );
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const { out } = options;
  if (existsSync(out) && !(statSync(out).isDirectory() && !readdirSync(out).length)) {
    throw new InputError(`${out}: is not an empty folder; choose another`);
  }
  const { StateFile } = await import("../detector/state-file.js");
  const file = new StateFile(path);
  try {
    await importState(path, file, options);
  } finally {
    file.close();
  }
}

async function importState(path: string, file: StateFile, options: ImportOptions): Promise<void> {
  const { out } = options;
  const { checkReleased } = await import("../detector/exchange.js");
  const description = await withPieces(path, {
    ...(await listsOf(path, options, file.description)),
    model: await modelOf(path, options, file.description?.model),
  });
  checkReleased(description.model, path);

  const { startEngine } = await import("../engine/index.js");
  const { EntityDetector } = await import("../detector/entity-detector.js");
  const { writeModel } = await import("../detector/storage.js");
  const { runFiles } = await import("../training/index.js");
  await startEngine();
  const model = new EntityDetector(description);
  const { parameters } = model.network;
  const shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  const { size } = parameters;
  model.dispose();
  writeModel(join(out, runFiles.best), description, file.parameters(shapes));
  printText(
    `${size.toLocaleString("en")} parameters are in ${out}\nNext: ${command`pnr predict --run ${out}`} --input -`,
  );
}

/**
 * Adds BERT's vocabulary, which neither the checkpoint nor the metadata holds, from the file that the config names. Words are
 * lower-cased where its pieces are.
 */
async function withPieces(path: string, description: ModelDescription): Promise<ModelDescription> {
  const { model, vocabularies } = description;
  if (!model.bert || vocabularies.pieces) return description;
  if (model.bert.vocabulary === null && model.bert.from === null) {
    throw new InputError(`${path}: does not say BERT's pieces; give --set model.bert.vocabulary=vocab.txt`);
  }
  const { wordPieceOf } = await import("../bert/index.js");
  const { areLowercase, readPieces } = await import("../corpus/index.js");
  const { vocabulary } = model.bert;
  const lowercase = model.bert.lowercase || (vocabulary !== null && areLowercase(readPieces(vocabulary)));
  const bert = { ...model.bert, lowercase };
  const pieces = wordPieceOf(bert, [], 1);
  return { ...description, model: { ...model, bert }, vocabularies: { ...vocabularies, pieces } };
}

/** The model's config: that of the options, else what the file says. */
async function modelOf(
  path: string,
  { config, preset, set }: ImportOptions,
  own: ModelConfig | undefined,
): Promise<ModelConfig> {
  const { applyOverrides, parseConfig, presetNamed, presets } = await import("../training/index.js");
  const { readJson } = await import("../base/files.js");
  const released = (base: Config) => parseConfig({ variant: "released" }, path, base);
  if (config) return applyOverrides(parseConfig(readJson(config), config, released(presets.s0)), set).model;
  if (preset) return applyOverrides(released(presetNamed(preset)), set).model;
  if (own) return applyOverrides({ ...released(presets.s0), model: own }, set).model;
  throw new InputError(`${path}: does not say the sizes of its model; give --config or --preset, and --set`);
}

/** Entity types and vocabularies: those of the metadata, else what the file says. */
async function listsOf(
  path: string,
  { metadata }: ImportOptions,
  own: ModelDescription | undefined,
): Promise<Omit<ModelDescription, "model">> {
  if (metadata) {
    const { readMetadata } = await import("../detector/state-file.js");
    return readMetadata(metadata);
  }
  if (own) return own;
  throw new InputError(
    `${path}: does not say its entity types and characters; give --metadata metadata.json`,
  );
}
