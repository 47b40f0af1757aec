import assert from "node:assert/strict";
import { after } from "node:test";
import { KernelSession } from "../../notebooks/kernel/kernel-session";
import type { WireMessage } from "../../notebooks/kernel/wire";
import { program, root, testWith } from "./browser-test";

const timeoutSeconds = 300;

testWith(["deno"], "Deno's kernel shows each kind of value as its widget", async () => {
  const [deno] = program("deno");
  const kernel = await KernelSession.start({}, root, [deno, "jupyter", "--kernel", "--conn"]);
  after(() => kernel.stop());
  const run = async (code: string): Promise<WireMessage[]> => {
    const messages: WireMessage[] = [];
    const { status, evalue } = await kernel.execute(
      code,
      (message) => messages.push(message),
      timeoutSeconds,
    );
    assert.equal(status, "ok", `${code}\n${evalue}`);
    return messages;
  };
  /** Deno can publish a result after it says that the cell has ended, so that the session misses it. */
  const resultOf = async (code: string): Promise<Record<string, string>> => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const result = (await run(code)).find(({ type }) => type === "execute_result");
      if (result) return result.content.data as Record<string, string>;
    }
    return {};
  };
  await run(`
import { createRequire } from "node:module";
const require = createRequire(${JSON.stringify(`${root}/package.json`)});
const pnr = require("pnr");
require("pnr/widgets");
const corpus = await pnr.loadCorpus(${JSON.stringify(`${root}/data/sample`)});
const detector = await pnr.EntityDetector.load("genia");
const trace = await detector.trace(corpus.splits.test[0]);
const predicted = await detector.predict("The IL-2 gene is active.");
const evaluation = await pnr.evaluate(detector, corpus.splits.test.slice(0, 3));
undefined;`);
  const kinds: Readonly<Record<string, string>> = {
    "corpus.splits.test[0]": "sentence",
    corpus: "corpus-profile",
    evaluation: "evaluation",
    trace: "trajectories",
    "pnr.presets.quickstart": "table",
    detector: "table",
    predicted: "sentence",
  };
  for (const [code, kind] of Object.entries(kinds)) {
    const data = await resultOf(code);
    assert.ok(data["text/plain"], `${code} has a text`);
    assert.ok(data["image/png"], `${code} has a picture`);
    assert.ok(data["text/html"]?.includes(`"kind":"${kind}"`), `${code} is the widget ${kind}`);
  }
});
