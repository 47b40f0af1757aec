import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { type Showing, selfShowing, showingKey, tableShowing } from "../../src/base/self-showing";

const showing = selfShowing<{ readonly name: string }>(({ name }) => ({
  kind: "trace",
  content: () => ({ content: name }),
  text: () => `text of ${name}\nsecond line`,
}));

test("a value shows its text on a terminal, and only its kind deep inside another one", () => {
  const value = showing({ name: "a" });
  assert.equal(inspect(value), "text of a\nsecond line");
  assert.match(inspect({ value }), /value: text of a\n {2}second line/);
  assert.equal(inspect({ outer: { inner: { value } } }, { depth: 1 }), "{ outer: { inner: [Object] } }");
  assert.equal(inspect({ outer: { value } }, { depth: 1 }), "{ outer: { value: [trace] } }");
  assert.match(inspect({ outer: { value } }, { depth: 0 }), /\[Object\]/);
});

test("a value is unchanged for comparisons, JSON, spreads, keys and structured clones", () => {
  const value = showing({ name: "a" });
  assert.deepStrictEqual(value, { name: "a" });
  assert.deepStrictEqual(structuredClone(value), { name: "a" });
  assert.equal(JSON.stringify(value), '{"name":"a"}');
  assert.deepEqual(Reflect.ownKeys({ ...value }), ["name"]);
  assert.equal(inspect({ ...value }), "{ name: 'a' }");
});

test("a value that shows itself can be made to show something else", () => {
  const value = selfShowing(() => tableShowing("none", () => []))(showing({ name: "a" }));
  assert.equal(inspect(value), "none");
});

test("a notebook gets the content of the value that it displays", () => {
  const values = [showing({ name: "a" }), showing({ name: "b" })];
  const contents = values.map((value) =>
    ((value as unknown as Record<symbol, () => Showing>)[showingKey]?.() ?? assert.fail()).content(),
  );
  assert.deepEqual(contents, [{ content: "a" }, { content: "b" }]);
});

test("a kernel without the widgets gets the text of a value", async () => {
  const value = showing({ name: "a" }) as unknown as Record<symbol, () => Promise<object>>;
  assert.deepEqual(await value[Symbol.for("Jupyter.display")](), {
    "text/plain": "text of a\nsecond line",
  });
});

test("rows show as an aligned table", () => {
  const value = selfShowing(() =>
    tableShowing("two rows", () => [
      { key: "a", value: 1 },
      { key: "long", value: 22 },
    ]),
  )({});
  assert.equal(inspect(value), "two rows\nkey   value\na         1\nlong     22");
});
