import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { attentionWidget, showAttention } from "../../../widgets/attention/attention";
import { attentionRow } from "../../../widgets/attention/attention-rows";
import type { AttentionState } from "../../../widgets/attention/attention-state";
import type { WidgetContent } from "../../../widgets/shared/another-sentence";
import { light } from "../../../widgets/shared/theme";
import { fakeTrace, kitchen } from "../fake";
import { FakeKernel, printed, skipPictures, uninstallKernel } from "../fake-kernel";

const trace = fakeTrace(kitchen);

skipPictures(mock);
afterEach(uninstallKernel);

function traceOf(text: string, prior = true) {
  const tokens = text.trim().split(/\s+/);
  return { ...fakeTrace({ tokens, gold: [], predicted: [], prior }), prior: prior ? "on" : "off" } as const;
}

/** What the kernel answers for a text that the reader types while the widget shows that layer, head and view. */
async function answerTo(
  options: Parameters<typeof showAttention>[1],
  text: string,
  shown: object = { layer: 2, head: 3, view: "row" },
): Promise<WidgetContent> {
  const kernel = new FakeKernel();
  kernel.address = { kernel: "k" };
  kernel.install();
  await showAttention(trace, options);
  const [answer] = kernel.answers.values();
  return (await answer({ text, state: shown } as never)) as WidgetContent;
}

const openOf = ({ packed }: WidgetContent) => attentionWidget.open(packed as never);

test("shows a sentence that the reader types with the choices that the page shows", async () => {
  const content = await answerTo(
    { layer: 1, proposal: 19, pinned: [18], another: async (text) => traceOf(text) },
    " two  words ",
    { layer: 2, head: 3, view: "row", traces: "first", others: true },
  );
  const [model] = openOf(content);
  assert.deepEqual(model.tokens, ["two", "words"]);
  const { proposal: _, ...choices } = content.state as AttentionState;
  assert.deepEqual(choices, { layer: 2, head: 3, pinned: [], view: "row", traces: "first", others: true });
  assert.equal(model.original, undefined, "it is a different sentence");
});

test("compares an edited sentence with the original, traced in the same way", async () => {
  const edited = kitchen.tokens.map((token) => (token === "rhubarb" ? "raspberry" : token));
  const texts: string[] = [];
  const content = await answerTo(
    {
      another: async (text) => {
        texts.push(text);
        const predicted = text.includes("raspberry")
          ? kitchen.predicted.slice(1)
          : kitchen.predicted.slice(0, 3);
        return fakeTrace({ ...kitchen, tokens: text.split(" "), gold: [], predicted });
      },
    },
    edited.join(" "),
  );
  assert.deepEqual(texts, [edited.join(" "), kitchen.tokens.join(" ")]);
  const [model] = openOf(content);
  assert.deepEqual(model.original?.model.tokens, kitchen.tokens);
  assert.deepEqual(model.original?.tokenOf, [...kitchen.tokens.keys()]);
  const state = content.state as AttentionState;
  assert.equal(state.proposal, 16, "the proposal of the first entity that the edit gained");
  const text = attentionWidget.text(openOf(content), state);
  assert.match(
    text,
    /^The edit gains \(15, 16, dish\) clotted cream, \(4, 5, person\) Little Harbor, and loses \(1, 2, person\) Ada Moss\.$/m,
  );
  const parts = attentionWidget.build(openOf(content), state, light);
  const figure = parts.flatMap((part) => ("figure" in part ? [part.figure] : []))[0];
  const before = figure.data.find(({ name }) => name === "weight in the original sentence");
  const original = model.original?.model ?? assert.fail();
  assert.deepEqual(before?.y, [...attentionRow(original, state).weights]);
});

test("reads an original that the reader cannot trace as a text from the first trace", async () => {
  const content = await answerTo(
    {
      another: async (text) => {
        if (text === kitchen.tokens.join(" ")) throw new Error("two sentences");
        return traceOf(text);
      },
    },
    [...kitchen.tokens, "today"].join(" "),
  );
  const [model] = openOf(content);
  assert.deepEqual(model.original?.model.predicted, trace.predicted);
  assert.equal(model.original?.tokenOf.at(-1), null, "an inserted token has no original");
});

test("the kernel draws a picture of the page as PDF", async () => {
  const kernel = new FakeKernel();
  kernel.address = { kernel: "k" };
  kernel.install();
  await showAttention(trace);
  const source = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><text y="9">a</text></svg>';
  const pdf = await kernel.answers.get("pnr.pdf")?.({ width: 20, height: 10, source } as never);
  assert.match(Buffer.from(String(pdf), "base64").toString("latin1"), /^%PDF-.*\/MediaBox \[0 0 15 7\.5\]/s);
});

test("rejects an empty text", async () => {
  await assert.rejects(answerTo({ another: async (text) => traceOf(text) }, "  "), /type at least one word/);
});

test("computes both traces if two are shown", async () => {
  const content = await answerTo(
    {
      second: { ...trace, prior: "off" },
      another: async (text) => [traceOf(text), traceOf(text, false)],
    },
    "again",
  );
  assert.deepEqual(
    openOf(content).map(({ prior, tokens }) => [prior, tokens]),
    [
      ["on", ["again"]],
      ["off", ["again"]],
    ],
  );
});

test("prints the text description outside a notebook", async () => {
  assert.match(
    await printed(() => showAttention(trace, { head: 2 })),
    /^Attention of proposal .*, head 2\.\n/,
  );
});
