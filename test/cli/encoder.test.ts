import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OutputStore } from "../../src/bert";
import { foreignConfig, foreignFolder, foreignPieces } from "../support/encoder-folder";
import { testFolder } from "../support/folders";
import { Hub } from "../support/hub";
import { failure, pnr } from "./pnr";

const folder = testFolder("encoder-command");
const pathOf = (name: string) => join(folder, name);

test("pnr encoder info describes a BERT and checks its files", async () => {
  foreignFolder(pathOf("bert"), { "archive.bin": "pytorch_model.bin" });
  const [text, json] = await Promise.all([
    pnr(["encoder", "info", pathOf("bert")]),
    pnr(["encoder", "info", pathOf("bert"), "--json"]),
  ]);
  assert.equal(text.stderr + json.stderr, "");
  assert.match(
    text.stdout,
    /^weights +.*pytorch_model\.bin\nparameters +230\nlayers +1\nwidth +4, 6 in inner layers\n/m,
  );
  assert.match(text.stdout, /^lower-cases +no$/m);
  const info = JSON.parse(json.stdout);
  assert.deepEqual([info.parameters, info.pieces, info.sizes.layers], [230, 7, 1]);
  assert.deepEqual(info.rules, { lowercase: false, stripAccents: null, splitChinese: true });
  foreignFolder(pathOf("bert"), {}, { num_hidden_layers: 2 });
  const { code, message } = await failure("encoder", "info", pathOf("bert"));
  assert.equal(code, 2);
  assert.match(
    message ?? "",
    /pytorch_model\.bin: has no tensor "(?:bert\.)?encoder\.layer\.1\.attention\.self\.query\.weight"/,
  );
});

const files: ReadonlyMap<string, Buffer> = new Map([
  ["config.json", Buffer.from(JSON.stringify(foreignConfig))],
  ["vocab.txt", Buffer.from(foreignPieces.join("\n"))],
  ["model.safetensors", readFileSync(join(__dirname, "../../../test/fixtures/encoder/plain.safetensors"))],
]);

test("pnr encoder fetch downloads a model once, and explains what to do without a network", async () => {
  const hub = await Hub.start("lab/bert", files);
  const env = { HF_ENDPOINT: hub.address, PNR_ENCODERS: pathOf("cache") };
  const fetch = () => pnr(["encoder", "fetch", "lab/bert"], { env });
  const first = await fetch();
  assert.equal(first.code, 0);
  assert.match(first.stdout, /cache\/lab\/bert\nNext: pnr train .*--set model\.bert\.from=lab\/bert\n$/);
  assert.deepEqual(readFileSync(pathOf("cache/lab/bert/model.safetensors")), files.get("model.safetensors"));
  const again = await fetch();
  assert.deepEqual([again.code, again.stderr], [0, "lab/bert is already in the cache\n"]);
  await hub.stop();
  const offline = await pnr(["encoder", "fetch", "lab/other"], { env });
  assert.equal(offline.code, 2);
  assert.match(
    offline.stderr,
    /^pnr: http:.*: cannot be downloaded \(connect ECONNREFUSED .*\); or copy config\.json.*\n$/,
  );
});

test("Ctrl-C stops a download, and the same command resumes it", async () => {
  const hub = await Hub.start("lab/bert", files);
  const env = { HF_ENDPOINT: hub.address, PNR_ENCODERS: pathOf("stopped") };
  hub.faults.refuses = { status: 503, times: 3 };
  let pid: number | undefined;
  const running = pnr(["encoder", "fetch", "lab/bert"], {
    env,
    feed: (child) => {
      pid = child.pid;
    },
  });
  while (hub.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(pid!, "SIGINT");
  const { code, stderr } = await running;
  assert.equal(code, 130);
  assert.match(stderr, /pnr: stopped; the same command resumes\n$/);
  assert.equal(existsSync(pathOf("stopped/lab/bert")), false);
  hub.faults.refuses.times = 0;
  assert.equal((await pnr(["encoder", "fetch", "lab/bert"], { env })).code, 0);
  await hub.stop();
});

test("pnr encoder clear removes the outputs of frozen BERTs", async () => {
  const store = new OutputStore(pathOf("outputs/some"), { limit: 2 ** 30 });
  store.put("0".repeat(64), new Float32Array(100_000));
  store.close();
  const { code, stdout } = await pnr(["encoder", "clear"], { env: { PNR_BERT_CACHE: pathOf("outputs") } });
  assert.equal(code, 0);
  assert.match(stdout, /^removed 401 kB from .*outputs\n$/);
  assert.equal(existsSync(pathOf("outputs")), false);
});
