import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, unpack } from "../../notebooks/kernel/wire";

const frames = (parts: readonly string[]): Buffer[] => parts.map((part) => Buffer.from(part));

test("a packed message unpacks to what it was", () => {
  const { id, frames: parts } = pack("key", "session", "execute_request", { code: "1 + 1 // 中" });
  const message = unpack("key", [Buffer.from("routing"), ...frames(parts)]);
  assert.deepEqual(message, {
    type: "execute_request",
    id,
    parent: undefined,
    content: { code: "1 + 1 // 中" },
  });
});

test("a message signed with another key, changed or cut short is refused", () => {
  const { frames: parts } = pack("key", "session", "status", { state: "idle" });
  assert.throws(() => unpack("other", frames(parts)), /wrong signature/);
  const changed = [...parts.slice(0, 5), JSON.stringify({ state: "busy" })];
  assert.throws(() => unpack("key", frames(changed)), /wrong signature/);
  assert.throws(() => unpack("key", frames(parts.slice(0, 4))), /without all its parts/);
});
