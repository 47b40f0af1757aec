import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { bertSchema, PretrainedBert } from "../../src/bert";
import { Random, scoped, startEngine, valueAndGradients } from "../../src/engine";
import { readTensor } from "../../src/nn/parameters";
import { type PretrainOptions, pretrain } from "../../src/training";
import { MaskedWordModel, maskPieces } from "../../src/training/masked-words";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";
import { smallBert } from "../support/model";
import { scramble } from "../support/numbers";

const folder = testFolder("pretraining");
before(() => startEngine());

test("about 15 % of the pieces are to be guessed, never the ends; 80 % of them are masked, 10 % exchanged", () => {
  const lengths = [400, 100, 3];
  const ids = new Int32Array(503).fill(50);
  const { ids: replaced, positions, targets } = maskPieces({ ids, lengths }, 4, 50, new Random(1));
  const ends = [0, 399, 400, 499, 500, 502];
  assert.ok(positions.every((at) => at >= 0 && at < 503 && !ends.includes(at)));
  assert.ok(positions.length > 0.11 * 497 && positions.length < 0.19 * 497, `${positions.length}`);
  assert.ok(targets.every((target) => target === 50));
  const share = (test: (id: number) => boolean) =>
    positions.filter((at) => test(replaced[at])).length / positions.length;
  assert.ok(Math.abs(share((id) => id === 4) - 0.8) < 0.15);
  assert.ok(share((id) => id === 50) > 0.02 && share((id) => id !== 50 && id !== 4) > 0.02);
  const untouched = replaced.filter((_, at) => !positions.includes(at));
  assert.ok(untouched.every((id) => id === 50));
  for (let seed = 0; seed < 20; seed++) {
    const short = { ids: Int32Array.of(2, 9, 3), lengths: [3] };
    assert.deepEqual([...maskPieces(short, 4, 10, new Random(seed)).positions], [1], "always at least one");
  }
});

test("the loss is the mean negative log-probability, and its gradient is its slope", () => {
  const random = new Random(2);
  const model = new MaskedWordModel({ ...smallBert, dropout: 0 }, 9, random);
  scramble(model.parameters, random);
  const pieces = { lengths: [4, 3] };
  const masked = {
    ids: Int32Array.of(2, 4, 5, 3, 2, 6, 3),
    positions: Int32Array.of(1, 2, 5),
    targets: Int32Array.of(7, 5, 8),
  };
  const lossOf = () => scoped(() => model.guess(pieces, masked).loss.dataSync()[0]);
  // The probabilities of all pieces at a position sum to 1.
  const each = Array.from({ length: 9 }, (_, piece) =>
    scoped(
      () => model.guess(pieces, { ...masked, targets: new Int32Array(3).fill(piece) }).loss.dataSync()[0],
    ),
  );
  const single = (position: number, target: number) =>
    scoped(() => {
      const one = { ...masked, positions: Int32Array.of(position), targets: Int32Array.of(target) };
      return model.guess(pieces, one).loss.dataSync()[0];
    });
  const sum = Array.from({ length: 9 }, (_, piece) => Math.exp(-single(2, piece))).reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`);
  const mean = (single(1, 7) + single(2, 5) + single(5, 8)) / 3;
  assert.ok(Math.abs(lossOf() - mean) < 1e-5 && each.every(Number.isFinite));
  const best = scoped(() => [...model.guess(pieces, masked).best.dataSync()]);
  const likeliest = Array.from({ length: 9 }, (_, piece) => single(2, piece));
  assert.equal(best[1], likeliest.indexOf(Math.min(...likeliest)));

  const { gradients } = valueAndGradients(() => model.guess(pieces, masked).loss, model.parameters.all);
  for (const [index, name] of model.parameters.names.entries()) {
    const { shape, values } = readTensor(model.parameters.get(name));
    const gradient = gradients[index].dataSync();
    const direction = values.map(() => random.normal());
    const along = (by: number) => {
      model.parameters.set(name, { shape, values: values.map((value, i) => value + by * direction[i]) });
      return lossOf();
    };
    const slope = (along(4e-3) - along(-4e-3)) / 8e-3;
    const expected = direction.reduce((total, value, i) => total + value * gradient[i], 0);
    model.parameters.set(name, { shape, values });
    assert.ok(
      Math.abs(slope - expected) < 0.02 + 0.02 * Math.abs(expected),
      `${name}: ${expected}, slope ${slope}`,
    );
  }
  tf.dispose(gradients);
  model.parameters.dispose();
});

const options: PretrainOptions = {
  corpus: tinyCorpus(1, 48, 8, 0),
  bert: bertSchema.parse({ layers: 1, hidden: 16, heads: 2, intermediate: 32, positions: 24 }),
  folder: join(folder, "made"),
  epochs: 6,
  batchSize: 8,
  learningRate: 0.01,
  seed: 3,
  minimumWordCount: 1,
};

test("pre-training improves the guesses, leaks nothing, and writes a folder that training can start from", async () => {
  const { numTensors } = tf.memory();
  const losses: number[] = [];
  const reports = await pretrain({ ...options, onStep: ({ loss }) => losses.push(loss) });
  assert.equal(tf.memory().numTensors, numTensors);
  assert.deepEqual([reports.length, losses.length], [7, 36]);
  assert.ok(reports[6].loss < reports[0].loss - 0.5, `${reports[0].loss} to ${reports[6].loss}`);
  const pretrained = new PretrainedBert(options.folder);
  assert.ok(pretrained.check().parameters > 0);
  assert.deepEqual(
    [pretrained.config.layers, pretrained.config.hidden, pretrained.config.positions],
    [1, 16, 24],
  );
  const again = await pretrain({ ...options, folder: join(folder, "again") });
  assert.deepEqual(again, reports);
});

test("an aborted pre-training writes nothing, and one with a pre-trained start is refused", async () => {
  const stop = new AbortController();
  const stopped = pretrain({
    ...options,
    folder: join(folder, "stopped"),
    signal: stop.signal,
    onStep: ({ step }) => step === 2 && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  assert.equal(existsSync(join(folder, "stopped")), false);
  const bert = { ...options.bert, from: "elsewhere" };
  await assert.rejects(pretrain({ ...options, bert }), inputError(/pre-training starts from random weights/));
});
