import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { attentionWidget, showAttention } from "../../../widgets/attention/attention";
import type { WidgetContent } from "../../../widgets/shared/another-sentence";
import { fakeTrace, kitchen } from "../fake";
import { FakeKernel, printed, uninstallKernel } from "../fake-kernel";

const trace = fakeTrace(kitchen);

afterEach(uninstallKernel);

function traceOf(tokens: readonly string[], prior = true) {
  return { ...fakeTrace({ tokens, gold: [], predicted: [], prior }), prior: prior ? "on" : "off" } as const;
}

/** What the kernel answers for a sentence that the reader types. */
async function answerTo(options: Parameters<typeof showAttention>[1], text: string): Promise<WidgetContent> {
  const kernel = new FakeKernel();
  kernel.address = { kernel: "k" };
  kernel.install();
  await showAttention(trace, options);
  const [answer] = kernel.answers.values();
  return (await answer({ text } as never)) as WidgetContent;
}

test("shows a sentence that the reader types at the same layer and head", async () => {
  const { packed, state } = await answerTo(
    { layer: 2, head: 3, proposal: 19, pinned: [18], another: async (tokens) => traceOf(tokens) },
    "two  words",
  );
  const data = attentionWidget.open(packed as never);
  assert.deepEqual(data[0].tokens, ["two", "words"]);
  assert.deepEqual(state, { layer: 2, head: 3, proposal: 0, pinned: [], view: "row", traces: "both" });
});

test("makes both traces again if two are shown", async () => {
  const { packed } = await answerTo(
    {
      second: { ...trace, prior: "off" },
      another: async (tokens) => [traceOf(tokens), traceOf(tokens, false)],
    },
    "again",
  );
  assert.deepEqual(
    attentionWidget.open(packed as never).map(({ prior, tokens }) => [prior, tokens]),
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
