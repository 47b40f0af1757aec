import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { presets } from "../../src/config/config";
import { loadCorpus, type Sentence } from "../../src/corpus";
import { startEngine } from "../../src/engine";
import { train } from "../../src/training";

const root = join(__dirname, "../../..");

/**
 * Makes a folder one in which what the pages say can be done as they say it: a small piece of the sample corpus under every name that they use,
 * a trained model, and `npx pnr` that is this project's. Trainings there last one epoch.
 */
export async function furnish(folder: string): Promise<void> {
  const at = (...path: string[]): string => join(folder, ...path);
  const { splits } = await loadCorpus(join(root, "data/sample"));
  const few = {
    train: splits.train.slice(0, 24),
    dev: splits.dev.slice(0, 8),
    test: splits.test.slice(0, 20),
  };
  for (const corpus of ["data/sample", "my-corpus", "genia", "big"]) await writeSplits(at(corpus), few);
  writeFileSync(at("all.jsonl"), few.train.map((sentence) => JSON.stringify(sentence)).join("\n"));
  writeFileSync(at("abstract.txt"), few.test.map(({ tokens }) => tokens.join(" ")).join("\n"));
  writeFileSync(at("glove.6B.100d.txt"), vectors(few.train, 100));
  symlinkSync(join(root, "data/results"), at("data/results"));
  linkPackage(at("node_modules/pnr"));
  symlinkSync(join(root, "node_modules/danfojs-node"), at("node_modules/danfojs-node"));
  await startEngine();
  const { quickstart } = presets;
  const config = { ...quickstart, training: { ...quickstart.training, epochs: 1 } };
  await train(config, await loadCorpus(at("data/sample")), { directory: at("runs/quickstart") });
  writeCommands(at("bin"));
}

/** The package as a program finds it. */
function linkPackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify(own));
  symlinkSync(join(root, "dist"), join(folder, "dist"));
}

async function writeSplits(
  folder: string,
  splits: Readonly<Record<string, readonly Sentence[]>>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [split, sentences] of Object.entries(splits))
    writeFileSync(join(folder, `${split}.json`), JSON.stringify(sentences));
}

/** Each word of some sentences with a vector; what is in it does not matter. */
function vectors(sentences: readonly Sentence[], width: number): string {
  const words = new Set(sentences.flatMap(({ tokens }) => tokens.map((token) => token.toLowerCase())));
  return [...words]
    .map((word, row) =>
      [word, ...Array.from({ length: width }, (_, at) => ((row * 7 + at) % 11) / 10)].join(" "),
    )
    .join("\n");
}

/** `pnr` and `npx pnr` as they are in the project's folder, but for the epochs of a training. */
function writeCommands(folder: string): void {
  mkdirSync(folder);
  const pnr = `#!/bin/bash
[ "$1" = train ] && set -- "$@" --epochs 1
exec "${process.execPath}" "${join(root, "dist/src/cli/main.js")}" "$@"
`;
  for (const [name, text] of [
    ["pnr", pnr],
    ["npx", `#!/bin/bash\nshift\nexec pnr "$@"\n`],
  ]) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
}
