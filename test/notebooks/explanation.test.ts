import assert from "node:assert/strict";
import { test } from "node:test";
import type { QuickInfo } from "typescript";
import { explain } from "../../notebooks/kernel/explanation";

/** @param links parts of a documentation comment, as TypeScript splits it */
const part = (kind: string, text: string): { kind: string; text: string } => ({ kind, text });
const link = (...inner: { kind: string; text: string }[]): { kind: string; text: string }[] => [
  part("link", "{@link "),
  ...inner,
  part("link", "}"),
];

const info = {
  displayParts: [
    part("keyword", "function"),
    part("space", " "),
    part("functionName", "load"),
    part("text", "()"),
  ],
  documentation: [
    part("text", "Loads as "),
    ...link(part("linkName", "readModel")),
    part("text", " does, see "),
    ...link(part("linkName", "Config.model"), part("linkText", "| the model")),
    part("text", "."),
  ],
  tags: [
    { name: "param", text: [part("parameterName", "path"), part("space", " "), part("text", "a file")] },
    { name: "throws", text: [...link(part("linkName", "InputError")), part("text", " if it is missing")] },
    { name: "internal" },
  ],
} as unknown as QuickInfo;

test("an explanation has the declaration, the documentation and the tags, without markup for links", () => {
  assert.deepEqual(explain(info), {
    "text/plain":
      "function load()\n\nLoads as readModel does, see the model.\n@param path a file\n@throws InputError if it is missing\n@internal",
    "text/markdown":
      "```typescript\nfunction load()\n```\n\nLoads as `readModel` does, see the model.\n\n*@param* `path` a file\n\n*@throws* `InputError` if it is missing\n\n*@internal*",
  });
});

test("a name without documentation is explained by its declaration", () => {
  const { displayParts } = info;
  assert.equal(explain({ displayParts } as QuickInfo)["text/plain"], "function load()");
});
