import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError, InputError, PnrError, show } from "../../src/base/errors";

test("the exit code is 2 for bad input, 1 for everything else", () => {
  assert.equal(new PnrError("no engine").exitCode, 1);
  assert.equal(new InputError("no such file").exitCode, 2);
  assert.equal(new CorpusError({ file: "a.json" }, "empty").exitCode, 2);
});

test("a message is one line without terminal codes, even with names from a broken file", () => {
  assert.equal(
    new InputError('tensor "a\nb" \u001b[2J \u2028').message,
    'tensor "a\\u000ab" \\u001b[2J \\u2028',
  );
  assert.equal(new CorpusError({ file: "a\r.json" }, "é 语\t").message, "a\\u000d.json: é 语\\u0009");
});

test("an error has its class name and its cause", () => {
  const cause = new Error("disk full");
  const error = new InputError("out.json: cannot be written", { cause });
  assert.equal(error.name, "InputError");
  assert.ok(error instanceof PnrError);
  assert.equal(error.cause, cause);
});

test("a corpus error names the file, sentence, line and field, if present", () => {
  const message = (place: ConstructorParameters<typeof CorpusError>[0]) =>
    new CorpusError(place, "start 4 is not below end 2").message;
  assert.equal(
    message({ file: "dev.json", sentence: 0, field: "entities[1]" }),
    "dev.json: sentence 0: entities[1]: start 4 is not below end 2",
  );
  assert.equal(message({ file: "a.jsonl", line: 1 }), "a.jsonl: line 1: start 4 is not below end 2");
  assert.equal(message({ file: "dev.json" }), "dev.json: start 4 is not below end 2");
});

test("show prints any value as one short line", () => {
  assert.equal(show("a\nb"), '"a\\nb"');
  assert.equal(show(undefined), "undefined");
  assert.equal(show({ start: 3 }), '{"start":3}');
  const long = show("x".repeat(500));
  assert.equal(long.length, 58);
  assert.ok(long.endsWith("…"));
});
