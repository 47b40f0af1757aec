// Trains and predicts, and prints the memory every 100 steps: node --expose-gc memory-trial.js FOLDER STEPS
import { join } from "node:path";
import { PnrError } from "../../src/base/errors";
import { parseConfig } from "../../src/config/parse-config";
import { type Corpus, corpusOf, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { describeEngine, startEngine } from "../../src/engine";
import { train } from "../../src/training";
import { manySentences } from "./large-corpus";
import { type MemoryUse, memoryAfter, memoryLine, memoryTitle } from "./memory-use";

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
  console.log(`training\n${memoryTitle}`);
  requireFlat(await trainSteps(folder, corpus, steps), "training");
  console.log(`prediction of a stream\n${memoryTitle}`);
  requireFlat(await predictSteps(folder, sentences, steps), "prediction");
}

async function trainSteps(directory: string, corpus: Corpus, steps: number): Promise<MemoryUse[]> {
  const uses: MemoryUse[] = [];
  let step = 0;
  const epochs = Math.ceil(steps / perEpoch);
  await train(parseConfig({ training: { epochs } }, "the trial", config), corpus, {
    directory,
    checkpoint: { steps: 20 },
    onStep: () => {
      if (++step % every === 0) record(uses, step);
    },
  });
  return uses;
}

async function predictSteps(
  directory: string,
  sentences: readonly Sentence[],
  steps: number,
): Promise<MemoryUse[]> {
  const uses: MemoryUse[] = [];
  function* stream(): Generator<Sentence> {
    for (let i = 0; i < steps * batchSize; i++) yield sentences[i % sentences.length];
  }
  const detector = await EntityDetector.load(join(directory, "best.json"));
  let count = 0;
  for await (const _ of detector.predictStream(stream(), { batchSize, window: batchSize }))
    if (++count % (every * batchSize) === 0) record(uses, count / batchSize);
  detector.dispose();
  return uses;
}

function record(uses: MemoryUse[], step: number): void {
  uses.push(memoryAfter(step));
  console.log(memoryLine(uses.at(-1)!));
}

/** @throws PnrError if memory has grown after the first third, in which everything has happened once */
function requireFlat(uses: readonly MemoryUse[], what: string): void {
  const [early, last] = [uses[Math.floor(uses.length / 3)], uses[uses.length - 1]];
  for (const key of ["tensors", "tensorBytes", "wasmHeap"] as const)
    if (last[key] > early[key]) throw new PnrError(`${what}: ${key} grew from ${early[key]} to ${last[key]}`);
  // Reserves of Node and the system vary.
  for (const [key, tolerance] of [
    ["jsHeap", 4e6],
    ["resident", 32e6],
  ] as const)
    if (last[key] > early[key] + tolerance)
      throw new PnrError(`${what}: ${key} grew from ${early[key]} to ${last[key]} bytes`);
}

main(process.argv[2], Number(process.argv[3])).catch((error: unknown) => {
  console.error(error instanceof PnrError ? error.message : error);
  process.exitCode = 1;
});
