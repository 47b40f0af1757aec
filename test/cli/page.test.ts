import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { EntityDetector } from "../../src/detector/entity-detector";
import { readModel } from "../../src/detector/storage";
import { decodeWeights } from "../../src/detector/weights";
import { startBackend } from "../../src/engine/backends";
import { decode85 } from "../../widgets/model-page/base85";
import { fromPlanes } from "../../widgets/model-page/byte-planes";
import { testFolder } from "../support/folders";
import { failure, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = testFolder("page");
const [run, file] = ["run", "model.html"].map((name) => join(folder, name));

before(async () => {
  await startBackend("cpu");
  const limits = ["training.limitTrain=8", "training.limitDev=2", "--epochs", "1", "--engine", "wasm"];
  const { code, stderr } = await pnr(trainArgs("sample", run, ...limits));
  assert.equal(code, 0, stderr);
});

const partsOf = (page: string): Map<string, Uint8Array> =>
  new Map(
    [...page.matchAll(/<script type="application\/gzip" id="pnr-(\w+)">([^<]*)<\/script>/g)].map(
      ([, name, text]) => [name, gunzipSync(decode85(text))],
    ),
  );

test("writes one page with the model and everything that runs it", async () => {
  const example = 'IL-2 </script> & "more"';
  const args = ["page", "--run", run, "--title", "<My> model", "--example", example, "--out", file];
  const { code, stdout, stderr } = await pnr(args);
  assert.deepEqual([code, stdout], [0, ""], stderr);
  assert.match(stderr, /^wrote .*model\.html \(\d\.\d MB\)\n$/);
  const page = readFileSync(file, "utf8");
  assert.match(page, /<title>&lt;My&gt; model<\/title>/);
  assert.match(page, /http-equiv="Content-Security-Policy" content="default-src 'none';/);
  assert.ok(!/<(?:link|img|iframe)\b| src=/.test(page), "nothing is loaded");
  const parts = partsOf(page);
  const names = ["app", "engine", "widgets", "tfjs", "relaxed", "basic", "plotly", "english"];
  assert.deepEqual([...parts.keys()], [...names, "notices", "info", "model", "weights"]);
  const text = (name: string): string => new TextDecoder().decode(parts.get(name));
  const info = JSON.parse(text("info"));
  using detector = await EntityDetector.load(run);
  const sentences = detector.textReader().read(example);
  assert.ok(sentences.length > 0);
  assert.deepEqual(
    [info.title, info.examples],
    ["<My> model", JSON.parse(JSON.stringify([{ text: example, sentences }]))],
  );
  assert.match(
    info.about,
    /^trained on sample \(epoch 1\) · [\d,]+ parameters · 1 regressor layers · types /,
  );
  const { description, tensors } = readModel(join(run, "best.json"));
  assert.deepEqual(JSON.parse(text("model")), JSON.parse(JSON.stringify(description)));
  const weights = decodeWeights(fromPlanes(parts.get("weights")!), "weights");
  assert.deepEqual([...weights.keys()], [...tensors.keys()]);
  for (const [name, { values }] of tensors)
    for (const [i, value] of values.entries())
      assert.ok(Math.abs(weights.get(name)!.values[i] - value) <= Math.abs(value) / 2048 + 1e-7, name);
});

test("a missing run or file is an error in one line, and writes nothing", async () => {
  const out = join(folder, "other.html");
  const refused = async (message: RegExp, ...args: string[]) =>
    assert.match((await failure("page", ...args)).message ?? "", message);
  await refused(/--run is required/, "--out", out);
  await refused(/--out is required/, "--run", run);
  await refused(/none: holds no trained model/, "--run", join(folder, "none"), "--out", out);
  await refused(/It must be one of f32, f16, int8/, "--run", run, "--weights", "f8", "--out", out);
  assert.ok(!existsSync(out));
});
