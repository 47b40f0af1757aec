import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { sha256Of } from "../../src/base/files";
import { type FetchProgress, fetchEncoder, PretrainedBert } from "../../src/bert";
import { foreignConfig, foreignPieces } from "../support/encoder-folder";
import { inputError, testFolder } from "../support/folders";
import { Hub } from "../support/hub";

const folder = testFolder("fetch");
const fixture = (name: string) => readFileSync(join(__dirname, "../../../test/fixtures/encoder", name));
const name = "some-lab/some-bert";
const model = new Map<string, Buffer>([
  ["README.md", Buffer.from("not wanted")],
  ["config.json", Buffer.from(JSON.stringify(foreignConfig))],
  ["vocab.txt", Buffer.from(foreignPieces.join("\n"))],
  ["model.safetensors", fixture("plain.safetensors")],
  ["pytorch_model.bin", fixture("archive.bin")],
]);

let hub: Hub;
let number = 0;
let cache: string;
before(async () => {
  hub = await Hub.start(name, model);
});
after(() => hub.stop());
beforeEach(() => {
  cache = join(folder, `${number++}`);
  Object.assign(process.env, { PNR_ENCODERS: cache, HF_ENDPOINT: `${hub.address}/` });
  for (const fault of Object.keys(hub.faults)) delete hub.faults[fault as keyof typeof hub.faults];
  hub.asked.length = 0;
});

const place = () => join(cache, name);

test("required files are downloaded with checksums, appear at once, and exist the next time", async () => {
  const reports: FetchProgress[] = [];
  assert.equal(await fetchEncoder(name, { onProgress: (state) => reports.push(state) }), place());
  const expectedFiles = ["config.json", "vocab.txt", "model.safetensors"];
  for (const file of expectedFiles) assert.deepEqual(readFileSync(join(place(), file)), model.get(file));
  assert.deepEqual(readdirSync(place()).sort(), [...expectedFiles, "source.json"].sort());
  const source = JSON.parse(readFileSync(join(place(), "source.json"), "utf8"));
  assert.deepEqual([source.name, source.revision], [name, hub.revision]);
  assert.equal(source.checksums["model.safetensors"], sha256Of(model.get("model.safetensors")!));
  assert.equal(new PretrainedBert(name).check().parameters, 230);

  const total = expectedFiles.reduce((sum, file) => sum + model.get(file)!.length, 0);
  assert.ok(
    reports.every((state, index) => state.total === total && state.done >= (reports[index - 1]?.done ?? 0)),
  );
  assert.equal(reports.at(-1)?.done, total);
  const { length } = hub.asked;
  await fetchEncoder(name);
  assert.equal(hub.asked.length, length, "no further requests");
});

test("a broken connection is resumed, in the same fetch and in the next", async () => {
  hub.faults.breaks = { after: 1000, times: 2 };
  await fetchEncoder(name);
  const starts = hub.asked.filter((asked) => asked.startsWith("model.safetensors"));
  assert.deepEqual(starts, ["model.safetensors 0", "model.safetensors 1000", "model.safetensors 2000"]);
  assert.deepEqual(readFileSync(join(place(), "model.safetensors")), model.get("model.safetensors"));
});

test("an interrupted fetch leaves no encoder, and the next one resumes", async () => {
  const stop = new AbortController();
  const stopped = fetchEncoder(name, {
    signal: stop.signal,
    onProgress: ({ file }) => file === "model.safetensors" && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  assert.equal(existsSync(place()), false);
  const bytes = model.get("model.safetensors")!;
  const part = join(`${place()}.part`, "model.safetensors.part");
  writeFileSync(part, bytes.subarray(0, 1234));
  hub.asked.length = 0;
  await fetchEncoder(name);
  assert.deepEqual(hub.asked, ["model.safetensors 1234"]);
  assert.deepEqual(readFileSync(join(place(), "model.safetensors")), bytes);
});

test("a partial file with wrong bytes or length is detected by its checksum and removed", async () => {
  const bytes = model.get("model.safetensors")!;
  const part = join(`${place()}.part`, "model.safetensors.part");
  mkdirSync(dirname(part), { recursive: true });
  writeFileSync(part, Buffer.alloc(1234));
  await assert.rejects(
    fetchEncoder(name),
    inputError(/model\.safetensors: has the checksum .*, not .*: this is not the expected file/),
  );
  assert.equal(existsSync(part), false);
  writeFileSync(part, Buffer.alloc(bytes.length + 5));
  await fetchEncoder(name);
  assert.deepEqual(readFileSync(join(place(), "model.safetensors")), bytes);
});

test("wrong responses never become an encoder", async () => {
  const cases: [() => void, RegExp][] = [
    [() => (hub.faults.corrupts = "model.safetensors"), /model\.safetensors: has the checksum/],
    [() => (hub.faults.corrupts = "vocab.txt"), /vocab\.txt: has the checksum/],
    [() => (hub.faults.lengthens = "vocab.txt"), /vocab\.txt: is larger than \d+ bytes/],
  ];
  for (const [fail, pattern] of cases) {
    cache = process.env.PNR_ENCODERS = join(folder, `wrong-${number++}`);
    for (const fault of Object.keys(hub.faults)) delete hub.faults[fault as keyof typeof hub.faults];
    fail();
    await assert.rejects(fetchEncoder(name), inputError(pattern));
    assert.equal(existsSync(place()), false);
  }
  hub.faults.breaks = { after: 1000, times: 1 };
  hub.faults.confusesRanges = true;
  delete hub.faults.lengthens;
  await assert.rejects(fetchEncoder(name), inputError(/the server resumes at byte 1001, not 1000; remove/));
});

test("a server without ranges sends the whole file; a busy server is retried", async () => {
  hub.faults.breaks = { after: 1000, times: 1 };
  hub.faults.ignoresRanges = true;
  hub.faults.refuses = { status: 503, times: 1 };
  await fetchEncoder(name);
  assert.deepEqual(readFileSync(join(place(), "model.safetensors")), model.get("model.safetensors"));
});

test("messages on missing, private and other models are one line", async () => {
  await assert.rejects(
    fetchEncoder("nobody/nothing"),
    inputError(
      /nobody\/nothing.*: the server answers 401 Unauthorized; .*no such model, or it is not public/,
    ),
  );
  await assert.rejects(fetchEncoder("../../etc/passwd"), inputError(/is not the name of an encoder/));
  hub.faults.refuses = { status: 403, times: 1 };
  await assert.rejects(fetchEncoder(name), inputError(/config\.json: the server answers 403 Forbidden/));
  const others = async (files: Map<string, Buffer>, pattern: RegExp) => {
    const other = await Hub.start(name, files);
    process.env.HF_ENDPOINT = other.address;
    await assert.rejects(fetchEncoder(name), inputError(pattern));
    await other.stop();
    assert.equal(existsSync(place()), false);
    return other;
  };
  await others(
    new Map([["config.json", Buffer.from("{}")]]),
    /is not an encoder in Hugging Face's format, which has a config/,
  );
  const albert = Buffer.from(JSON.stringify({ ...foreignConfig, model_type: "albert" }));
  const { asked: requests } = await others(
    new Map(model).set("config.json", albert),
    /model_type is "albert"/,
  );
  assert.deepEqual(requests, ["config.json 0"], "its weights are not fetched");
});

test("an endless list of files is refused: by size if it is fast, by time if it is slow", async () => {
  hub.faults.listing = "floods";
  await assert.rejects(
    fetchEncoder(name),
    inputError(/\/api\/models\/.*: is larger than 33554432 bytes: this is not the expected document$/),
  );
  assert.ok(hub.listed < 2 ** 26, `${hub.listed} bytes were read`);
  hub.faults.listing = "trickles";
  const slow = fetchEncoder(name, { listTimeout: 200 });
  await assert.rejects(
    slow,
    inputError(/\/api\/models\/.*\(timeout: the answer is incomplete after 0\.2 s\); or copy config\.json/),
  );
  const stop = new AbortController();
  const stopped = fetchEncoder(name, { signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(stopped, { name: "AbortError" });
});

test("a text file of impossible size is refused before the download", async () => {
  for (const file of ["config.json", "vocab.txt"]) {
    hub.faults.lists = { file, size: 2 ** 27 + 1 };
    await assert.rejects(
      fetchEncoder(name),
      inputError(new RegExp(`the hub lists ${file} with 134217729 bytes, more than 134217728`)),
    );
    assert.deepEqual(hub.asked, []);
  }
});

test("without safetensors, PyTorch's weights are used; a model in several files is downloaded completely", async () => {
  const [, ...rest] = model;
  const old = new Map(rest);
  old.delete("model.safetensors");
  const second = await Hub.start(name, old);
  process.env.HF_ENDPOINT = second.address;
  await fetchEncoder(name);
  assert.ok(existsSync(join(place(), "pytorch_model.bin")));
  await second.stop();

  cache = process.env.PNR_ENCODERS = join(folder, "shards");
  const index = { weight_map: { a: "model-00001-of-00001.safetensors" } };
  old.set("model.safetensors.index.json", Buffer.from(JSON.stringify(index)));
  old.set("model-00001-of-00001.safetensors", fixture("plain.safetensors"));
  old.set("other-00001-of-00001.safetensors", fixture("plain.safetensors"));
  const third = await Hub.start(name, old);
  process.env.HF_ENDPOINT = third.address;
  await fetchEncoder(name);
  await third.stop();
  assert.equal(new PretrainedBert(name).check().parameters, 230);
  assert.deepEqual(
    readdirSync(place()).filter((file) => /safetensors/.test(file)),
    ["model-00001-of-00001.safetensors", "model.safetensors.index.json"],
  );
});

test("names in a hub's list that lead outside the folder are neither requested nor written", async () => {
  const index = { weight_map: { a: "../../../escaped.safetensors" } };
  const hostile = [
    ...[
      "../escaped.txt",
      "../../vocab.txt",
      "/etc/escaped",
      "..\\escaped.txt",
      "C:\\escaped.txt",
      "a/config.json",
    ],
    ...["model-00001-of-00002.safetensors/../../escaped", "../model-00001-of-00001.safetensors"],
    ...["model-../../x-00001-of-00001.safetensors", "model-a\\b-00001-of-00001.safetensors"],
    ...[
      "model-00001-of-00001.safetensors\n",
      "model\0-00001-of-00001.safetensors",
      "config.json\0",
      "source.json",
    ],
  ];
  const files = new Map(model);
  for (const file of hostile) files.set(file, Buffer.from("{}"));
  const other = await Hub.start(name, files);
  process.env.HF_ENDPOINT = other.address;
  const expectedFiles = ["config.json", "vocab.txt", "model.safetensors"];
  await fetchEncoder(name);
  assert.deepEqual(readdirSync(place()).sort(), [...expectedFiles, "source.json"].sort());
  assert.deepEqual(JSON.parse(readFileSync(join(place(), "source.json"), "utf8")).name, name);
  assert.deepEqual(
    readdirSync(cache, { recursive: true }).filter((file) => /escaped/.test(String(file))),
    [],
  );

  // without single files of weights, an index determines the files
  files.delete("model.safetensors");
  files.delete("pytorch_model.bin");
  files.set("model.safetensors.index.json", Buffer.from(JSON.stringify(index)));
  cache = process.env.PNR_ENCODERS = join(folder, "out-of-folder");
  other.asked.length = 0;
  await assert.rejects(
    fetchEncoder(name),
    inputError(/index\.json: names the file "\.\.\/\.\.\/\.\.\/escaped\.safetensors", which is not a file/),
  );
  await other.stop();
  assert.equal(existsSync(place()), false);
  assert.deepEqual(
    other.asked.map((asked) => asked.replace(/ \d+$/, "")),
    ["config.json", "vocab.txt", "model.safetensors.index.json"],
  );
});

test("without a network, the message says what to copy where", async () => {
  const absent = await Hub.start(name, model);
  process.env.HF_ENDPOINT = absent.address;
  await absent.stop();
  await assert.rejects(
    fetchEncoder(name),
    inputError(
      /^http:\/\/127\.0\.0\.1:.*: cannot be downloaded \(connect ECONNREFUSED .*\); or copy config\.json, vocab\.txt, tokenizer_config\.json and model\.safetensors \(or pytorch_model\.bin\) of http:.*\/some-lab\/some-bert\/tree\/main from .* into .*some-lab\/some-bert$/,
    ),
  );
  assert.equal(existsSync(cache), false);
});
