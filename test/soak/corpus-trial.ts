// One stage of the trial with a corpus larger than memory: node corpus-trial.js write|load|train FOLDER GIGABYTES|STEPS
import { join } from "node:path";
import { parseConfig } from "../../src/config/parse-config";
import { openCorpus, writeBlocks } from "../../src/corpus";
import { startEngine } from "../../src/engine";
import { train } from "../../src/training";
import { manySentences } from "./large-corpus";
import { memoryAfter, memoryLine, memoryTitle } from "./memory-use";

const config = parseConfig(
  {
    model: { embedding: { characters: 16, words: 32, pos: 8 }, hidden: 32, heads: 4, feedForward: 64 },
    training: { batchSize: 8, epochs: 1 },
  },
  "the trial",
);

async function main(stage: string, folder: string, amount: number): Promise<void> {
  const path = join(folder, "large");
  if (stage === "write") {
    const count = await writeBlocks(join(path, "train.arrow"), manySentences(amount * 1e9));
    await writeBlocks(join(path, "dev.arrow"), [...manySentences(2e4)]);
    console.log(`${count.toLocaleString("en")} sentences written; ${peakMemory()}`);
  } else if (stage === "load") {
    const { splits } = await openCorpus(path);
    console.log(`${[...splits.train].length} sentences are in memory`);
  } else await trainFromDisk(path, folder, amount);
}

async function trainFromDisk(path: string, folder: string, steps: number): Promise<void> {
  await startEngine();
  let began = performance.now();
  const lap = (): string => {
    const seconds = (performance.now() - began) / 1000;
    began = performance.now();
    return `${seconds.toFixed(1)} s`;
  };
  const corpus = await openCorpus(path);
  console.log(`opened and checksum verified in ${lap()}`);
  const stop = new AbortController();
  let step = 0;
  const training = train(config, corpus, {
    directory: join(folder, "run"),
    signal: stop.signal,
    onBegin: ({ sentences }) => {
      console.log(`vocabularies of ${sentences.toLocaleString("en")} sentences in ${lap()}\n${memoryTitle}`);
    },
    onStep: () => {
      if (++step === 1) console.log(`first step, after shuffling all sentences, in ${lap()}`);
      if (step % (steps / 10) === 0) console.log(memoryLine(memoryAfter(step)));
      if (step === steps) {
        console.log(`${steps} steps in ${lap()}; ${peakMemory()}`);
        stop.abort();
      }
    },
  });
  await training.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  corpus.splits.train.close();
}

function peakMemory(): string {
  // maxRSS is in kilobytes.
  return `at most ${Math.round(process.resourceUsage().maxRSS / 1000)} MB resident`;
}

main(process.argv[2], process.argv[3], Number(process.argv[4])).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
