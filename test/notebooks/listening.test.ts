import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { Dealer } from "zeromq";
import { endpoint } from "../../notebooks/kernel/connection";
import { KernelSession } from "../../notebooks/kernel/session";
import { Inbox, pack } from "../../notebooks/kernel/wire";

let session: KernelSession;
before(async () => {
  session = await KernelSession.start();
});
after(() => session.stop());

/** proc(5): where a process listens, as "0100007F:1F90": address and port in hexadecimal digits. */
function listening(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((file) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${file}`))?.[1]];
      } catch {
        return []; // closed meanwhile
      }
    }),
  );
  return ["tcp", "tcp6"].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && own.has(inode))
      .map(([, local]) => local),
  );
}

const linux = process.platform === "linux" ? {} : { skip: "reads /proc, which only Linux has" };

test("a kernel listens on 127.0.0.1 at the five ports of its connection, and nowhere else", linux, () => {
  const { connection, pid } = session;
  const { shell_port, iopub_port, stdin_port, control_port, hb_port } = connection;
  const wanted = [shell_port, iopub_port, stdin_port, control_port, hb_port].map(
    (port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  assert.deepEqual(listening(pid!).sort(), wanted.sort());
  assert.deepEqual(listening(process.pid), [], "who started it listens nowhere");
});

test("only its own user may read a kernel's key", linux, () => {
  const file = readFileSync(`/proc/${session.pid}/cmdline`, "utf8")
    .split("\0")
    .find((one) => one.endsWith(".json"))!;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

test("a message that is signed with another key, or sent again, is none", async () => {
  const { connection } = session;
  const request = (key: string) =>
    pack(key, "session", "execute_request", {
      ...{ code: "globalThis.times = (globalThis.times ?? 0) + 1;", silent: false, store_history: true },
      ...{ user_expressions: {}, allow_stdin: false },
    }).frames;
  const stranger = new Dealer({ linger: 0 });
  stranger.connect(endpoint(connection, "shell_port"));
  const good = request(connection.key);
  for (const frames of [request("another key"), good, good, good]) await stranger.send(frames);
  const [delimiter] = await stranger.receive();
  assert.equal(String(delimiter), "<IDS|MSG>", "the good one was answered");
  stranger.close();
  const said: string[] = [];
  const reply = await session.execute(
    "console.log(globalThis.times);",
    ({ type, content }) => type === "stream" && said.push(String(content.text)),
    60,
  );
  assert.deepEqual([reply.status, said.join("").trim()], ["ok", "1"]);
});

test("a kernel without a key does not start", () => {
  assert.throws(() => new Inbox(""), /has no key/);
});
