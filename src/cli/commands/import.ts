import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import { command } from "../../base/shell";
import type { ModelConfig } from "../../config/model-config";
import type { StateFile } from "../../detector/state-file";
import type { ModelDescription } from "../../detector/storage";
import { addExamples, requireOptions } from "../shared/options";
import { printText } from "../shared/output";

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
      "Reads a state_dict of the authors' released code, saved as safetensors (32-bit floats), into a folder that other commands " +
        "accept as --run. The model has the variant `released`. Its sizes come from --config or --preset and --set; its entity types, " +
        "characters and POS tags come from the released code's metadata.json. A file that `pnr export` wrote contains all of this. " +
        "The error message names missing tensors, unknown tensors and wrong shapes.",
    )
    .argument("<file>", "the state_dict, a safetensors file")
    .option("--out <folder>", "a new folder for the model (required)")
    .option(
      "--metadata <file>",
      "metadata.json: {type, char, pos} and, for word vectors, word (unknown words first); lists in the order of the tables",
    )
    .addOption(new Option("--preset <name>", "sizes of the model from a preset").conflicts("config"))
    .option("--config <file>", "sizes of the model from a JSON file {model}")
    .addOption(
      new Option("--set <key=value...>", "change sizes, for example model.layers=2").default([], "none"),
    )
    .action(run);
  requireOptions(command, "out");
  addExamples(
    command,
    ["a file of `pnr export`", "pnr import genia.safetensors --out runs/genia"],
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
  const { StateFile } = await import("../../detector/state-file.js");
  const file = new StateFile(path);
  try {
    await importState(path, file, options);
  } finally {
    file.close();
  }
}

async function importState(path: string, file: StateFile, options: ImportOptions): Promise<void> {
  const { out } = options;
  const { checkReleased } = await import("../../detector/exchange.js");
  const description = await withPieces(path, {
    ...(await listsOf(path, options, file.description)),
    model: await modelOf(path, options, file.description?.model),
  });
  checkReleased(description.model, path);

  const { startEngine } = await import("../../engine/index.js");
  const { EntityDetector } = await import("../../detector/entity-detector.js");
  const { writeModel } = await import("../../detector/storage.js");
  const { runFiles } = await import("../../training/index.js");
  await startEngine();
  const model = new EntityDetector(description);
  const { parameters } = model.architecture;
  const shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  const { size } = parameters;
  model.dispose();
  writeModel(join(out, runFiles.best), description, file.parameters(shapes));
  printText(
    `${size.toLocaleString("en")} parameters are in ${out}\nNext: ${command`pnr predict --run ${out}`} --input -`,
  );
}

/**
 * Adds BERT's vocabulary from the file that the config names; checkpoint and metadata lack it. If all its pieces are lower-case,
 * the model lower-cases words.
 */
async function withPieces(path: string, description: ModelDescription): Promise<ModelDescription> {
  const { model, vocabularies } = description;
  if (!model.bert || vocabularies.pieces) return description;
  if (model.bert.vocabulary === null && model.bert.from === null) {
    throw new InputError(
      `${path}: does not contain the vocabulary of BERT; add --set model.bert.vocabulary=vocab.txt`,
    );
  }
  const { bertVocabulary } = await import("../../bert/index.js");
  const { areLowercase, readPieces } = await import("../../corpus/index.js");
  const { vocabulary } = model.bert;
  const lowercase = model.bert.lowercase || (vocabulary !== null && areLowercase(readPieces(vocabulary)));
  const bert = { ...model.bert, lowercase };
  const pieces = bertVocabulary(bert, [], 1);
  return { ...description, model: { ...model, bert }, vocabularies: { ...vocabularies, pieces } };
}

/** The model's config: from the options, or else from the file. */
async function modelOf(
  path: string,
  { config, preset, set }: ImportOptions,
  fileConfig: ModelConfig | undefined,
): Promise<ModelConfig> {
  const { patchConfig, readPatch, settingPatch } = await import("../../config/parse-config.js");
  const { presetNamed, presets } = await import("../../config/presets.js");
  if (!config && !preset && !fileConfig)
    throw new InputError(`${path}: lacks the sizes of its model; add --config or --preset, and --set`);
  return patchConfig(preset ? presetNamed(preset) : presets.s0, [
    { source: path, change: { variant: "released" } },
    config ? readPatch(config) : { source: path, change: preset ? {} : { model: fileConfig } },
    ...set.map(settingPatch),
  ]).model;
}

/** Entity types and vocabularies: from the metadata, or else from the file. */
async function listsOf(
  path: string,
  { metadata }: ImportOptions,
  fileDescription: ModelDescription | undefined,
): Promise<Omit<ModelDescription, "model">> {
  if (metadata) {
    const { readMetadata } = await import("../../detector/state-file.js");
    return readMetadata(metadata);
  }
  if (fileDescription) return fileDescription;
  throw new InputError(`${path}: lacks entity types and characters; add --metadata metadata.json`);
}
