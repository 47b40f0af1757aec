import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, packBroadcast, packReply, unpack } from "../../notebooks/kernel/wire";

const frames = (parts: readonly string[]): Buffer[] => parts.map((part) => Buffer.from(part));

test("a packed message unpacks to the same message", () => {
  const { id, frames: parts } = pack("key", "session", "execute_request", { code: "1 + 1 // 中" });
  const message = unpack("key", [Buffer.from("routing"), ...frames(parts)]);
  assert.deepEqual(
    [message.type, message.id, message.parent, message.content],
    ["execute_request", id, undefined, { code: "1 + 1 // 中" }],
  );
  assert.deepEqual(message.header.session, "session");
});

test("a reply has the route of its request, a broadcast has none; both name the request", () => {
  const { id, frames: parts } = pack("key", "session", "kernel_info_request", {});
  const request = unpack("key", [Buffer.from("routing"), ...frames(parts)]);
  const reply = packReply("key", request, "kernel_info_reply", { banner: "b" }).map((part) =>
    Buffer.from(part),
  );
  const broadcast = unpack(
    "key",
    frames(packBroadcast("key", request, "status", { execution_state: "busy" })),
  );
  const answer = unpack("key", reply);
  assert.deepEqual(
    [answer.route.map(String), answer.parent, answer.content],
    [["routing"], id, { banner: "b" }],
  );
  assert.deepEqual([broadcast.route, broadcast.parent, broadcast.type], [[], id, "status"]);
  assert.notEqual(answer.id, id);
});

test("a message signed with another key, changed or cut short is refused", () => {
  const { frames: parts } = pack("key", "session", "status", { state: "idle" });
  assert.throws(() => unpack("other", frames(parts)), /wrong signature/);
  const changed = [...parts.slice(0, 5), JSON.stringify({ state: "busy" })];
  assert.throws(() => unpack("key", frames(changed)), /wrong signature/);
  assert.throws(() => unpack("key", frames(parts.slice(0, 4))), /without all its parts/);
});
