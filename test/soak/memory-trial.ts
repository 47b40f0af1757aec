// Trains and predicts for so many steps and prints what is held every hundred: node --expose-gc memory-trial.js FOLDER STEPS
import { join } from "node:path";
import { PnrError } from "../../src/base/errors";
import { parseConfig } from "../../src/config/parse-config";
import { type Corpus, corpusOf, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { describeEngine, startEngine } from "../../src/engine";
import { train } from "../../src/training";
import { manySentences } from "./large-corpus";
import { type Held, heldAfter, heldLine, heldTitle } from "./measured";

const every = 100;
const batchSize = 8;
const perEpoch = 50;

const config = parseConfig(
  {
    model: { embedding: { characters: 16, words: 32, pos: 8 }, hidden: 32, heads: 4, feedForward: 64 },
    training: { batchSize, minimumWordCount: 1, accumulate: 2 },
  },
  "the trial",
);

async function main(folder: string, steps: number): Promise<void> {
  const engine = await startEngine();
  const sentences: Sentence[] = [];
  for (const sentence of manySentences(1e9))
    if (sentences.push(sentence) === perEpoch * batchSize + 80) break;
  const [dev, test] = [sentences.splice(0, 40), sentences.splice(0, 40)];
  const corpus = corpusOf("trial", { train: sentences, dev, test });
  console.log(
    `${describeEngine(engine)}; batches of ${batchSize}, an epoch and its scoring every ${perEpoch} steps, a checkpoint every 20`,
  );
  console.log(`training\n${heldTitle}`);
  requireFlat(await trained(folder, corpus, steps), "training");
  console.log(`prediction of a stream\n${heldTitle}`);
  requireFlat(await predicted(folder, sentences, steps), "prediction");
}

async function trained(directory: string, corpus: Corpus, steps: number): Promise<Held[]> {
  const held: Held[] = [];
  let step = 0;
  const epochs = Math.ceil(steps / perEpoch);
  await train(parseConfig({ training: { epochs } }, "the trial", config), corpus, {
    directory,
    checkpoint: { steps: 20 },
    onStep: () => {
      if (++step % every === 0) note(held, step);
    },
  });
  return held;
}

async function predicted(directory: string, sentences: readonly Sentence[], steps: number): Promise<Held[]> {
  const held: Held[] = [];
  function* endless(): Generator<Sentence> {
    for (let at = 0; at < steps * batchSize; at++) yield sentences[at % sentences.length];
  }
  const detector = await EntityDetector.load(join(directory, "best.json"));
  let seen = 0;
  for await (const _ of detector.predictStream(endless(), { batchSize, window: batchSize }))
    if (++seen % (every * batchSize) === 0) note(held, seen / batchSize);
  detector.dispose();
  return held;
}

function note(held: Held[], step: number): void {
  held.push(heldAfter(step));
  console.log(heldLine(held.at(-1)!));
}

/** @throws PnrError where it holds more at the end than after the first third, when everything has been met */
function requireFlat(held: readonly Held[], what: string): void {
  const [early, last] = [held[Math.floor(held.length / 3)], held[held.length - 1]];
  for (const key of ["tensors", "tensorBytes", "wasmHeap"] as const)
    if (last[key] > early[key]) throw new PnrError(`${what}: ${key} grew from ${early[key]} to ${last[key]}`);
  // what Node and the system keep in reserve comes and goes
  for (const [key, spare] of [
    ["jsHeap", 4e6],
    ["resident", 32e6],
  ] as const)
    if (last[key] > early[key] + spare)
      throw new PnrError(`${what}: ${key} grew from ${early[key]} to ${last[key]} bytes`);
}

main(process.argv[2], Number(process.argv[3])).catch((error: unknown) => {
  console.error(error instanceof PnrError ? error.message : error);
  process.exitCode = 1;
});
