import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress, showBytes, showSeconds } from "../../src/base/progress";

/** A stream that records its output. */
function recorder(isTTY: boolean): { stream: NodeJS.WriteStream; written: () => string } {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const noMove = (): boolean => true;
  const stream = { isTTY, columns: 120, write, cursorTo: noMove, moveCursor: noMove, clearLine: noMove };
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => text };
}

const state = (done: number) => ({ done, total: 200, place: `step ${done}/200`, figures: "loss 1.5" });

test("without a terminal, prints at most one plain line per interval", () => {
  const { stream, written } = recorder(false);
  let now = 0;
  const progress = new Progress({ stream, interval: 10, clock: () => now });
  for (now = 1; now <= 35; now++) progress.update(state(now));
  progress.stop();
  assert.equal(
    written(),
    "step 10/200  5%  loss 1.5\nstep 20/200  10%  loss 1.5\nstep 30/200  15%  loss 1.5\n",
  );
});

test("without a known total, shows neither a percentage nor a bar", () => {
  const endless = { ...state(50), total: undefined };
  const file = recorder(false);
  new Progress({ stream: file.stream, interval: 0 }).update(endless);
  assert.equal(file.written(), "step 50/200  loss 1.5\n");
  const terminal = recorder(true);
  const progress = new Progress({ stream: terminal.stream });
  progress.update(endless);
  assert.match(terminal.written(), /step 50\/200 {2}loss 1\.5/);
  assert.doesNotMatch(terminal.written(), /%|=/);
  progress.stop();
});

test("a printed line restarts the interval", () => {
  const { stream, written } = recorder(false);
  let now = 0;
  const progress = new Progress({ stream, interval: 10, clock: () => now });
  now = 8;
  progress.print("epoch 1");
  now = 12;
  progress.update(state(12));
  assert.equal(written(), "epoch 1\n");
});

test("in a terminal, draws a bar, clears it before a printed line and at the end", () => {
  const { stream, written } = recorder(true);
  const progress = new Progress({ stream });
  progress.update(state(50));
  assert.match(written(), /step 50\/200 {2}=+-+ 25% {2}loss 1\.5/);
  progress.print("epoch 1");
  assert.match(written(), /epoch 1\n$/);
  const before = written().length;
  progress.update(state(100));
  assert.match(written().slice(before), /step 100\/200/);
  progress.stop();
  for (const switchOff of ["[?7l", "[?25l"])
    assert.ok(!written().includes(switchOff), "line wrapping and the cursor stay on");
});

test("formats durations of every magnitude", () => {
  const cases: [number, string][] = [
    [0.04, "0.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 m 00 s"],
    [185, "3 m 05 s"],
    [3599.7, "1 h 00 m"],
    [7625, "2 h 07 m"],
  ];
  for (const [seconds, text] of cases) assert.equal(showSeconds(seconds), text);
});

test("formats sizes in the largest unit that gives a number above 1", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [12_345, "12 kB"],
    [5_117_000_000, "5.1 GB"],
  ];
  for (const [bytes, text] of cases) assert.equal(showBytes(bytes), text);
});
