import assert from "node:assert/strict";
import { it } from "node:test";
import { linearSchedule } from "../../src/training/schedule";

it("rises from 0 and falls to 0 along two lines, which may meet between two steps", () => {
  const schedule = linearSchedule(25, 0.1);
  const expected = [0, 1 / 2.5, 2 / 2.5, 22 / 22.5, 21 / 22.5];
  for (const [step, factor] of expected.entries()) assert.equal(schedule(step), factor);
  assert.equal(schedule(25), 0);
  assert.equal(schedule(26), 0);
});

it("starts at the highest rate where there is no warm-up", () => {
  assert.equal(linearSchedule(4, 0)(0), 1);
});
