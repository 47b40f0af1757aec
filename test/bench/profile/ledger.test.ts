import assert from "node:assert/strict";
import { it } from "node:test";
import { type Entry, Ledger } from "./ledger";

/** A ledger whose clock is told how much time passes. */
function stepped() {
  let now = 1000;
  const pass = (time: number) => {
    now += time;
  };
  return { ledger: new Ledger({ module: "a", direction: "forward", kernel: "-" }, () => now), pass };
}

const booked = (entries: readonly Entry[]) =>
  entries
    .filter(({ nanoseconds, calls }) => nanoseconds || calls)
    .map(({ module, direction, kernel, nanoseconds }) => `${module} ${direction} ${kernel} ${nanoseconds}`)
    .sort();

it("books every stretch of time on the innermost place, and all of it", () => {
  const { ledger, pass } = stepped();
  pass(1);
  ledger.during({ module: "b" }, () => {
    pass(20);
    ledger.during({ kernel: "k" }, () => pass(300));
    ledger.during({ direction: "backward" }, () => pass(4000));
    pass(50_000);
  });
  pass(600_000);
  ledger.settle();
  assert.deepEqual(booked(ledger.entries), [
    "a forward - 600001",
    "b backward - 4000",
    "b forward - 50020",
    "b forward k 300",
  ]);
  assert.equal(ledger.total, 654_321);
});

it("comes back to the place before when a computation throws", () => {
  const { ledger, pass } = stepped();
  assert.throws(() =>
    ledger.during({ module: "b" }, () => {
      pass(5);
      throw new Error("no");
    }),
  );
  pass(7);
  ledger.settle();
  assert.deepEqual(booked(ledger.entries), ["a forward - 7", "b forward - 5"]);
});

it("turns to another place until the enclosing computation ends", () => {
  const { ledger, pass } = stepped();
  ledger.during({ module: "b" }, () => {
    pass(1);
    ledger.turn({ direction: "backward" });
    pass(20);
  });
  pass(300);
  ledger.settle();
  assert.deepEqual(booked(ledger.entries), ["a forward - 300", "b backward - 20", "b forward - 1"]);
});

it("leaves out what it is told to, and counts calls where they happen", () => {
  const { ledger, pass } = stepped();
  pass(9);
  ledger.skip();
  pass(1);
  ledger.during({ kernel: "k" }, () => {
    ledger.count(10);
    ledger.count(5);
  });
  ledger.settle();
  assert.equal(ledger.total, 1);
  const found = ledger.entries.find(({ kernel }) => kernel === "k");
  assert.deepEqual([found?.calls, found?.operations], [2, 15]);
});
