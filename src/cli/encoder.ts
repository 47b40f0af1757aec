import type { Command } from "commander";
import { Progress, showSeconds } from "../base/progress";
import type { FetchProgress } from "../bert";
import { addPretrain } from "./encoder-pretrain";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import { addExamples, jsonOption } from "./options";
import { note, printJson, printText } from "./output";

export function addEncoder(program: Command): void {
  const encoder = program
    .command("encoder")
    .description("fetch, inspect and pre-train BERTs")
    .helpCommand(false);
  addFetch(encoder);
  addInfo(encoder);
  addPretrain(encoder);
  addClear(encoder);
}

function addFetch(encoder: Command): void {
  const command = encoder
    .command("fetch")
    .summary("get a pre-trained BERT from Hugging Face's hub into the local cache")
    .description(
      "Downloads config, vocabulary and weights (safetensors where there are, else PyTorch's) into the cache that pnr doctor names, " +
        "or the folder in PNR_ENCODERS, and checks them. What was interrupted goes on where it stopped. Where there is " +
        "no internet, it says what to copy where. HF_ENDPOINT names another server. A run then starts from the encoder with " +
        "--set model.bert.from=<name>.",
    )
    .argument("<name>", "the model's name on the hub")
    .option("--revision <name>", "a branch, a tag or a commit", "main")
    .action(fetchOne);
  addExamples(
    command,
    ["what the paper takes for GENIA", "pnr encoder fetch dmis-lab/biobert-base-cased-v1.2"],
    [
      "… for CoNLL03 and for WeiboNER",
      "pnr encoder fetch bert-base-cased && pnr encoder fetch bert-base-chinese",
    ],
  );
}

async function fetchOne(name: string, { revision }: { revision: string }): Promise<void> {
  const { fetchEncoder } = await import("../bert/index.js");
  const progress = new Progress();
  const began = performance.now();
  let first: number | undefined;
  const show = ({ file, done, total }: FetchProgress): void => {
    first ??= done;
    const seconds = (performance.now() - began) / 1000;
    const rate = (done - first) / Math.max(seconds, 1e-3);
    const left = rate > 0 ? `, ${showSeconds((total - done) / rate)} left` : "";
    progress.update({
      done,
      total,
      place: file,
      figures: `${megabytes(done)} of ${megabytes(total)} MB${left}`,
    });
  };
  const folder = await interruptible(progress, "piece", async (signal) => {
    try {
      return await fetchEncoder(name, { revision, signal, onProgress: show });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Interrupted("stopped; the same command goes on from here", { cause: error });
    }
  });
  if (first === undefined) note(`${name} is there already`);
  printText(`${folder}\nNext: pnr train --corpus <folder> --set model.bert.from=${name}`);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function addInfo(encoder: Command): void {
  const command = encoder
    .command("info")
    .summary("say what a pre-trained BERT is, and check its files")
    .description(
      "Reads a folder in Hugging Face's format, or an encoder of the local cache, and prints its sizes, its vocabulary and how it " +
        "treats words. Every tensor is read once: a missing, damaged or foreign one is named.",
    )
    .argument("<folder>", "the folder, or the name of an encoder in the cache")
    .addOption(jsonOption())
    .action(info);
  addExamples(
    command,
    ["an encoder of the cache", "pnr encoder info bert-base-cased"],
    ["a folder, for a script", "pnr encoder info models/my-bert --json"],
  );
}

async function info(from: string, options: { json?: true }): Promise<void> {
  const { PretrainedBert } = await import("../bert/index.js");
  const pretrained = new PretrainedBert(from);
  const { layers, hidden, heads, intermediate, positions, normEpsilon, dropout } = pretrained.config;
  const { pieces, rules, path } = pretrained.tokenizer;
  const weights = pretrained.check();
  const sizes = { layers, hidden, heads, intermediate, positions, normEpsilon, dropout };
  if (options.json) {
    printJson({ folder: pretrained.path, sizes, pieces: pieces.length, rules, ...weights, vocabulary: path });
    return;
  }
  const says = (yes: boolean): string => (yes ? "yes" : "no");
  printText(
    lines([
      ["folder", pretrained.path],
      ["weights", weights.path],
      ["parameters", weights.parameters.toLocaleString("en")],
      ["layers", `${layers}`],
      ["width", `${hidden}, ${intermediate} inside`],
      ["heads", `${heads}`],
      ["positions", `${positions}`],
      ["pieces", `${pieces.length.toLocaleString("en")}, from ${path}`],
      ["lower-cases", says(rules.lowercase)],
      ["strips accents", says(rules.stripAccents ?? rules.lowercase)],
      ["cuts Chinese into characters", says(rules.splitChinese)],
    ]),
  );
}

function lines(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

function addClear(encoder: Command): void {
  const command = encoder
    .command("clear")
    .summary("remove the stored outputs of frozen BERTs")
    .description(
      "Removes what frozen BERTs made of sentences, which is cached so that no sentence is read twice. It costs time, " +
        "no result: what is missing is computed again. Encoders that were fetched stay.",
    )
    .action(clear);
  addExamples(command, ["give the disk back", "pnr encoder clear"]);
}

async function clear(): Promise<void> {
  const { clearOutputs, outputsFolder } = await import("../bert/index.js");
  const folder = outputsFolder();
  printText(`removed ${megabytes(clearOutputs(folder))} MB from ${folder}`);
}
