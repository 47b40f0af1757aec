import assert from "node:assert/strict";
import { it } from "node:test";
import { type Entry, Profiler } from "./profiler";

/** A profiler with a clock that the test advances. */
function withClock() {
  let now = 1000;
  const pass = (time: number) => {
    now += time;
  };
  return { profiler: new Profiler({ module: "a", direction: "forward", kernel: "-" }, () => now), pass };
}

const nonEmpty = (entries: readonly Entry[]) =>
  entries
    .filter(({ nanoseconds, calls }) => nanoseconds || calls)
    .map(({ module, direction, kernel, nanoseconds }) => `${module} ${direction} ${kernel} ${nanoseconds}`)
    .sort();

it("charges all time, each moment to the innermost activity", () => {
  const { profiler, pass } = withClock();
  pass(1);
  profiler.during({ module: "b" }, () => {
    pass(20);
    profiler.during({ kernel: "k" }, () => pass(300));
    profiler.during({ direction: "backward" }, () => pass(4000));
    pass(50_000);
  });
  pass(600_000);
  profiler.charge();
  assert.deepEqual(nonEmpty(profiler.entries), [
    "a forward - 600001",
    "b backward - 4000",
    "b forward - 50020",
    "b forward k 300",
  ]);
  assert.equal(profiler.total, 654_321);
});

it("returns to the previous activity if a computation throws", () => {
  const { profiler, pass } = withClock();
  assert.throws(() =>
    profiler.during({ module: "b" }, () => {
      pass(5);
      throw new Error("no");
    }),
  );
  pass(7);
  profiler.charge();
  assert.deepEqual(nonEmpty(profiler.entries), ["a forward - 7", "b forward - 5"]);
});

it("switches to another activity until the enclosing computation ends", () => {
  const { profiler, pass } = withClock();
  profiler.during({ module: "b" }, () => {
    pass(1);
    profiler.switchTo({ direction: "backward" });
    pass(20);
  });
  pass(300);
  profiler.charge();
  assert.deepEqual(nonEmpty(profiler.entries), ["a forward - 300", "b backward - 20", "b forward - 1"]);
});

it("discards skipped time, and counts calls of the current activity", () => {
  const { profiler, pass } = withClock();
  pass(9);
  profiler.skip();
  pass(1);
  profiler.during({ kernel: "k" }, () => {
    profiler.count(10);
    profiler.count(5);
  });
  profiler.charge();
  assert.equal(profiler.total, 1);
  const entry = profiler.entries.find(({ kernel }) => kernel === "k");
  assert.deepEqual([entry?.calls, entry?.operations], [2, 15]);
});
