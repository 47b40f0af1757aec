// Trains on your own corpus, and predicts the entities of a text: node new-corpus.js FOLDER RUN TEXT
import { EntityDetector, loadCorpus, parseConfig, presets, train } from "pnr";

async function main([folder, directory, text]: readonly string[]): Promise<void> {
  const corpus = await loadCorpus(folder); // train.json, train.conll, train.jsonl …, with dev and test next to it
  const config = parseConfig({ training: { epochs: 2 } }, "my config", presets.small);
  const { scores } = await train(config, corpus, { directory, onEpoch: ({ loss }) => console.log(loss) });
  console.log(`dev F1 ${scores.dev?.overall.f1.toFixed(1)}`);
  using detector = await EntityDetector.load(directory);
  for (const { entities } of await detector.predict(text)) console.log(entities);
}

void main(process.argv.slice(2));
