import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KernelSession, type Reply } from "../../notebooks/kernel/session";
import type { WireMessage } from "../../notebooks/kernel/wire";

const folder = mkdtempSync(join(tmpdir(), "pnr-notebook-training-"));
let kernel: KernelSession;

before(async () => {
  kernel = await KernelSession.start();
  const { status, traceback } = await run(`
import { loadCorpus, parseConfig, train } from "pnr";
const sample = await loadCorpus("data/sample");
const { train: all, dev } = sample.splits;
const corpus = { ...sample, splits: { train: all.slice(0, 12), dev: dev.slice(0, 4), test: [] } };
const model = { layers: 1, heads: 2, hidden: 16, feedForward: 16 };
const config = (epochs: number) => parseConfig({ model, training: { epochs, batchSize: 2 } }, "this test");`);
  assert.equal(status, "ok", traceback?.join("\n"));
});
after(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (code: string, onOutput: (message: WireMessage) => void = () => undefined): Promise<Reply> =>
  kernel.execute(code, onOutput, 60);

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

test("training in a cell shows itself in one display that is updated in place", async () => {
  const shown: Display[] = [];
  const directory = JSON.stringify(join(folder, "whole"));
  const { status, traceback } = await run(
    `const result = await train(config(2), corpus, { directory: ${directory} });`,
    (message) => {
      const display = displayOf(message);
      if (display) shown.push(display);
    },
  );
  assert.equal(status, "ok", traceback?.join("\n"));
  assert.deepEqual(
    shown.map(({ type }) => type),
    ["display_data", ...shown.slice(1).map(() => "update_display_data")],
  );
  assert.equal(new Set(shown.map(({ id }) => id)).size, 1);
  const last = shown.at(-1) ?? assert.fail("nothing was shown");
  assert.match(last.text, /^epoch {2}1 .*\nepoch {2}2 .*\n2 epochs of 6 steps in \d+ s · loss /);
  assert.match(last.html, /<svg role="img"/);
});

test("an interrupt stops training after the step under way, and the same cell goes on after that step", async () => {
  const directory = join(folder, "interrupted");
  const code = `await train(config(500), corpus, { directory: ${JSON.stringify(directory)} });`;
  /** Texts shown by a run that is interrupted, once, when one of them says so. */
  const interrupted = async (when: (text: string) => boolean): Promise<string[]> => {
    const texts: string[] = [];
    let done = false;
    const { ename } = await run(code, (message) => {
      const text = displayOf(message)?.text;
      if (text === undefined) return;
      texts.push(text);
      if (!done && when(text)) kernel.interrupt();
      done ||= when(text);
    });
    assert.equal(ename, "Interrupted");
    return texts;
  };
  const first = (await interrupted((text) => epochsIn(text) >= 2)).at(-1) ?? "";
  const [, epoch, step] = first.match(/stopped after epoch (\d+)\/500, step (\d)\/6 .* to resume$/) ?? [];
  assert.ok(Number(epoch) > 2, first);
  assert.ok(existsSync(join(directory, "last.json")));
  const [second] = await interrupted((text) => text.includes("step"));
  assert.equal(second.split("\n").at(-1), `training resumes after step ${step} of epoch ${epoch} …`);
  assert.equal(epochsIn(second), Number(epoch) - 1, "those done before are told");
});

/** Whole epochs that a display tells of. */
function epochsIn(text: string): number {
  return text.match(/^epoch +\d+ {2}loss/gm)?.length ?? 0;
}
