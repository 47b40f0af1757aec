import assert from "node:assert/strict";
import { test } from "node:test";
import { Recent } from "../../src/base/recent";

test("a value is made once while it is among the last ones asked for", () => {
  const made: string[] = [];
  const recent = new Recent<string[]>(2);
  const get = (key: string) =>
    recent.get(key, () => {
      made.push(key);
      return [key];
    });
  const a = get("a");
  get("b");
  assert.equal(get("a"), a);
  get("c"); // b goes, a was asked for after it
  assert.equal(get("a"), a);
  assert.deepEqual(made, ["a", "b", "c"]);
  get("b"); // c goes
  get("c");
  assert.notEqual(get("a"), a);
  assert.deepEqual(made, ["a", "b", "c", "b", "c", "a"]);
});
