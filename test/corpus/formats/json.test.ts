import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../../src/base/errors";
import { json } from "../../../src/corpus/formats/json";
import { Reading } from "../../../src/corpus/formats/reading";
import { readText } from "../../support/reading";

const good = '{"tokens": ["a", "b"], "entities": [{"start": 0, "end": 1, "type": "X"}], "org_id": 3}';

test("JSON Lines give the same sentences as JSON; blank lines are skipped", async () => {
  const { sentences } = await readText("jsonl", `\ufeff${good}\r\n\n  \n${good}`);
  assert.deepEqual(sentences, json.readWhole!(Buffer.from(`\ufeff[${good},\n${good}]`), "f", new Reading()));
  assert.deepEqual(sentences[0], {
    tokens: ["a", "b"],
    pos: ["X", "X"],
    entities: [{ start: 0, end: 1, type: "X" }],
    previous: [],
    next: [],
    id: "3",
  });
});

test("a lone surrogate is valid in strings only", async () => {
  const { sentences } = await readText("jsonl", '{"tokens": ["\\ud800", "a"], "entities": []}');
  assert.deepEqual(sentences[0].tokens, ["\ud800", "a"]);
  await assert.rejects(readText("jsonl", '{"tokens": [\\ud800], "entities": []}'), CorpusError);
});

test("repeated entities are counted", async () => {
  const entity = '{"start": 0, "end": 1, "type": "X"}';
  const { lines } = await readText("jsonl", `{"tokens": ["a"], "entities": [${entity},${entity}]}`);
  assert.deepEqual(lines, ["1 × entities given twice, kept once (first: line 1)"]);
});

test("refused with the line: invalid JSON, sentences and UTF-8", async () => {
  const refused = (text: string | Uint8Array, problem: RegExp) =>
    assert.rejects(readText("jsonl", text), (error: Error) => {
      assert.ok(error instanceof CorpusError, String(error));
      assert.match(error.message, problem);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  await refused(`${good}\n{"tokens": [\n`, /^f: line 2: not valid JSON: /);
  await refused(`${good}\n[]\n`, /^f: line 2: must be an object \{tokens, entities, …\}, not \[\]$/);
  await refused(
    '{"tokens": ["a"], "entities": [{"start": 0, "end": 2, "type": "X"}]}',
    /^f: line 1: entities\[0\]: end 2 lies outside/,
  );
  await refused(
    Buffer.from('{"tokens": ["K\xe4se"], "entities": []}', "latin1"),
    /^f: line 1: is not valid UTF-8/,
  );
  assert.throws(
    () =>
      json.readWhole!(Buffer.from('[{"tokens": ["K\xe4se"], "entities": []}]', "latin1"), "f", new Reading()),
    /^CorpusError: f: is not valid UTF-8/,
  );
});

test("a tolerant reading skips faults; special keys of objects stay keys", async () => {
  const faults: string[] = [];
  const hostile = '{"tokens": ["a"], "entities": [], "__proto__": {"polluted": 1}, "constructor": 1}';
  const reading = new Reading(({ message }) => faults.push(message));
  const { sentences } = await readText("jsonl", `{}\n${hostile}\n5\n{"tokens": []`, {}, reading);
  assert.equal(sentences.length, 1);
  assert.equal(faults.length, 3);
  assert.equal((Object.prototype as { polluted?: unknown }).polluted, undefined);
  assert.ok(!("polluted" in sentences[0]));
});
