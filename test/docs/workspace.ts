import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { presets } from "../../src/config/presets";
import { loadCorpus, type Sentence } from "../../src/corpus";
import { startEngine } from "../../src/engine";
import { train } from "../../src/training";

const root = join(__dirname, "../../..");

/**
 * Prepares a folder in which the code of the pages runs: a part of the sample corpus under every name that they use, a trained model,
 * and this project as `npx pnr`. Each training takes one epoch.
 */
export async function prepareWorkspace(folder: string): Promise<void> {
  const path = (name: string): string => join(folder, name);
  const { splits } = await loadCorpus(join(root, "data/sample"));
  const parts = {
    train: splits.train.slice(0, 24),
    dev: splits.dev.slice(0, 8),
    test: splits.test.slice(0, 20),
  };
  for (const corpus of ["data/sample", "my-corpus", "genia", "big"]) await writeSplits(path(corpus), parts);
  writeFileSync(path("all.jsonl"), parts.train.map((sentence) => JSON.stringify(sentence)).join("\n"));
  writeFileSync(path("abstract.txt"), parts.test.map(({ tokens }) => tokens.join(" ")).join("\n"));
  writeFileSync(path("glove.6B.100d.txt"), vectors(parts.train, 100));
  symlinkSync(join(root, "data/results"), path("data/results"));
  linkPackage(path("node_modules/pnr"));
  symlinkSync(join(root, "node_modules/danfojs-node"), path("node_modules/danfojs-node"));
  await startEngine();
  const { quickstart } = presets;
  const config = { ...quickstart, training: { ...quickstart.training, epochs: 1 } };
  await train(config, await loadCorpus(path("data/sample")), { directory: path("runs/quickstart") });
  writeCommands(path("bin"));
}

/** Installs the package for programs, as links. */
function linkPackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
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

/** A vector with arbitrary values for each word of some sentences, in GloVe's format. */
function vectors(sentences: readonly Sentence[], width: number): string {
  const words = new Set(sentences.flatMap(({ tokens }) => tokens.map((token) => token.toLowerCase())));
  return [...words]
    .map((word, row) =>
      [word, ...Array.from({ length: width }, (_, column) => ((row * 7 + column) % 11) / 10)].join(" "),
    )
    .join("\n");
}

/** Writes `pnr` and `npx` commands that run this project, with one epoch per training. */
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
