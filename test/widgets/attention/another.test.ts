import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { showAttention } from "../../../widgets/attention/show";
import { attentionWidget } from "../../../widgets/attention/widget";
import type { Made } from "../../../widgets/shared/another";
import { fakeTrace, kitchen } from "../fake";
import { FakeKernel, printed, uninstallKernel } from "../fake-kernel";

const trace = fakeTrace(kitchen);

afterEach(uninstallKernel);

function traced(tokens: readonly string[], prior = true) {
  return { ...fakeTrace({ tokens, gold: [], predicted: [], prior }), prior: prior ? "on" : "off" } as const;
}

async function answered(another: Parameters<typeof showAttention>[1], text: string): Promise<Made> {
  const kernel = new FakeKernel();
  kernel.address = { kernel: "k" };
  kernel.install();
  await showAttention(trace, another);
  const [answer] = kernel.answers.values();
  return (await answer({ text } as never)) as Made;
}

test("a sentence that the reader types is traced and looked at in the same place", async () => {
  const { packed, state } = await answered(
    { layer: 2, head: 3, proposal: 19, pinned: [18], another: async (tokens) => traced(tokens) },
    "two  words",
  );
  const data = attentionWidget.open(packed as never);
  assert.deepEqual(data[0].tokens, ["two", "words"]);
  assert.deepEqual(state, { layer: 2, head: 3, proposal: 0, pinned: [], view: "row", traces: "both" });
});

test("where two traces are shown, both are made anew", async () => {
  const { packed } = await answered(
    {
      beside: { ...trace, prior: "off" },
      another: async (tokens) => [traced(tokens), traced(tokens, false)],
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

test("outside a notebook it is said in words", async () => {
  assert.match(
    await printed(() => showAttention(trace, { head: 2 })),
    /^Attention of proposal .*, head 2\.\n/,
  );
});
