import assert from "node:assert/strict";
import { it } from "node:test";
import { Stages } from "../../../src/engine/install/stages";

/** What stages write to a stream, with a clock that the work moves. */
async function written(
  isTTY: boolean,
  work: (advance: (ms: number) => void) => Promise<void>,
): Promise<string> {
  let now = 0;
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const stages = new Stages({
    stream: { isTTY, write } as unknown as NodeJS.WriteStream,
    clock: () => now,
    interval: 1,
  });
  const advance = (ms: number): void => {
    now += ms;
  };
  await stages
    .run("Fetching", async (note) => {
      note("120 MB");
      await work(advance);
    })
    .catch(() => {});
  return text;
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

it("says in plain lines what goes on, how long it takes and how it ended", async () => {
  const text = await written(false, async (advance) => {
    advance(65_000);
    await tick();
    advance(5000);
  });
  const lines = text.trimEnd().split("\n");
  assert.equal(lines[0], "Fetching …");
  assert.equal(lines[1], "Fetching … 1 m 05 s, 120 MB");
  assert.equal(lines.at(-1), "Fetching: done in 1 m 10 s");
});

it("redraws one line in a terminal", async () => {
  const text = await written(true, async (advance) => {
    advance(2000);
    await tick();
  });
  assert.ok(text.startsWith("\r\x1b[KFetching … 2.0 s, 120 MB\r\x1b[K"), JSON.stringify(text));
  assert.ok(text.endsWith("\r\x1b[KFetching: done in 2.0 s\n"));
  assert.equal(text.split("\n").length, 2);
});

it("says when a stage failed", async () => {
  const text = await written(false, async () => {
    throw new Error("no");
  });
  assert.match(text, /^Fetching …\nFetching: failed after 0\.0 s\n$/);
});
