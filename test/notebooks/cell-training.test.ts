import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { KernelSession } from "../../notebooks/kernel/kernel-session";
import type { WireMessage } from "../../notebooks/kernel/wire";
import { testFolder } from "../support/folders";
import { testKernel } from "./test-kernel";

const folder = testFolder("notebook-training");
const kernel = testKernel();
const { run } = kernel;

const preparation = `
import { loadCorpus, parseConfig, train } from "pnr";
const sample = await loadCorpus("data/sample");
const { train: all, dev } = sample.splits;
const corpus = { ...sample, splits: { train: all.slice(0, 12), dev: dev.slice(0, 4), test: [] } };
const model = { layers: 1, heads: 2, hidden: 16, feedForward: 16 };
const config = (epochs: number) => parseConfig({ model, training: { epochs, batchSize: 2 } }, "this test");`;

before(async () => {
  const { reply } = await run(preparation);
  assert.equal(reply.status, "ok", reply.traceback?.join("\n"));
});

interface Display {
  readonly type: string;
  readonly text: string;
  readonly html: string;
  readonly id: string;
}

function displayOf({ type, content }: WireMessage): Display | undefined {
  if (!/display_data$/.test(type)) return undefined;
  const { data, transient } = content as { data: Record<string, string>; transient: { display_id: string } };
  return { type, text: data["text/plain"], html: data["text/html"], id: transient.display_id };
}

test("training in a cell shows its progress in one display, updated in place", async () => {
  const directory = JSON.stringify(join(folder, "whole"));
  const { reply, messages } = await run(
    `const result = await train(config(2), corpus, { directory: ${directory} });`,
  );
  assert.equal(reply.status, "ok", reply.traceback?.join("\n"));
  const displays = messages.flatMap((message) => displayOf(message) ?? []);
  assert.deepEqual(
    displays.map(({ type }) => type),
    ["display_data", ...displays.slice(1).map(() => "update_display_data")],
  );
  assert.equal(new Set(displays.map(({ id }) => id)).size, 1);
  const last = displays.at(-1) ?? assert.fail("no display");
  assert.match(last.text, /^epoch {2}1 .*\nepoch {2}2 .*\n2 epochs of 6 steps in \d+ s · loss /);
  assert.match(last.html, /<svg role="img"/);
});

test("an interrupt stops training after the current step, and the same cell resumes there", async () => {
  const directory = join(folder, "interrupted");
  const code = `await train(config(500), corpus, { directory: ${JSON.stringify(directory)} });`;
  /** The texts that a run displays; it is interrupted at the first one that `when` accepts. */
  const interrupted = async (when: (text: string) => boolean): Promise<string[]> => {
    const texts: string[] = [];
    let done = false;
    const { reply } = await run(code, (message) => {
      const text = displayOf(message)?.text;
      if (text === undefined) return;
      texts.push(text);
      if (!done && when(text)) kernel.session.interrupt();
      done ||= when(text);
    });
    assert.equal(reply.ename, "Interrupted");
    return texts;
  };
  const first = (await interrupted((text) => epochsIn(text) >= 2)).at(-1) ?? "";
  const [, epoch, step] = first.match(/stopped after epoch (\d+)\/500, step (\d)\/6 .* to resume$/) ?? [];
  assert.ok(Number(epoch) > 2, first);
  assert.ok(existsSync(join(directory, "last.json")));
  const [second] = await interrupted((text) => text.includes("step"));
  assert.equal(second.split("\n").at(-1), `training resumes after step ${step} of epoch ${epoch} …`);
  assert.equal(epochsIn(second), Number(epoch) - 1, "earlier epochs are listed");
});

test("a second kernel is refused a run folder in use, and resumes there once the first has ended", async () => {
  const directory = JSON.stringify(join(folder, "shared"));
  const code = `await train(config(500), corpus, { directory: ${directory} });`;
  const sessions = await Promise.all([KernelSession.start(), KernelSession.start()]);
  const [first, second] = sessions;
  try {
    for (const session of sessions) await session.execute(preparation, () => undefined, 300);
    let begun: () => void = () => undefined;
    const training = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const ended = first.execute(
      code,
      (message) => epochsIn(displayOf(message)?.text ?? "") > 1 && begun(),
      300,
    );
    await training;
    const refused = await second.execute(code, () => undefined, 300);
    assert.match(String(refused.evalue), /shared: .* is training into it/);
    await Promise.all([first.stop(), assert.rejects(ended, /the notebook kernel died/)]);
    const texts: string[] = [];
    await second.execute(
      code,
      (message) => {
        texts.push(displayOf(message)?.text ?? "");
        if (texts.length === 3) second.interrupt();
      },
      300,
    );
    assert.match(texts.join("\n"), /training resumes after/);
  } finally {
    await Promise.all(sessions.map((session) => session.stop()));
  }
});

/** The number of whole epochs that a display lists. */
function epochsIn(text: string): number {
  return text.match(/^epoch +\d+ {2}loss/gm)?.length ?? 0;
}
