/** TypeScript programs of a user of the package, by their file names. */
export const consumer: Readonly<Record<string, string>> = {
  "whole.ts": `
import { EntityDetector, loadCorpus, parseConfig, sampleCorpus, type Trace, train } from "pnr";
import { type Entity, readSentences } from "pnr/corpus";
import { evaluate, type Scores } from "pnr/evaluation";
import { plans } from "pnr/experiments";
import { attention, showAttention } from "pnr/widgets";
import { mount } from "pnr/widgets/browser";

export async function all(): Promise<Scores> {
  const corpus = await loadCorpus(sampleCorpus);
  const config = parseConfig({ model: { layers: 2 } }, "a test");
  await train(config, corpus, { directory: "run", onStep: ({ loss }) => { const n: number = loss; void n; } });
  const detector = await EntityDetector.load("run");
  const trace: Trace = await detector.trace(corpus.splits.test[0]!);
  const widget = attention(trace);
  await showAttention(trace);
  const scores: Scores = await evaluate(detector, corpus.splits.test);
  const entities: readonly Entity[] = corpus.splits.test[0]!.entities;
  void [plans, readSentences, mount(document.body, widget), entities];
  return scores;
}
`,
  "corpus.ts": `
import { type Corpus, loadCorpus, sampleCorpus } from "pnr/corpus";

export const sentences = async (): Promise<number> => {
  const corpus: Corpus = await loadCorpus(sampleCorpus);
  return corpus.splits.train.length;
};
`,
  "wrong.ts": `
import { EntityDetector } from "pnr";

export const load = async (): Promise<number> => EntityDetector.load("run");
`,
};
