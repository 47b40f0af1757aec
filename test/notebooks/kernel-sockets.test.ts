import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { Dealer } from "zeromq";
import { endpoint } from "../../notebooks/kernel/connection";
import { Inbox, pack } from "../../notebooks/kernel/wire";
import { resultText, testKernel } from "./test-kernel";

const kernel = testKernel();

/** The addresses on which a process listens, in hexadecimal as in proc(5): "0100007F:1F90". */
function listeningAddresses(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((file) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${file}`))?.[1]];
      } catch {
        return []; // closed in between
      }
    }),
  );
  return ["tcp", "tcp6"].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && inodes.has(inode))
      .map(([, local]) => local),
  );
}

const linux = process.platform === "linux" ? {} : { skip: "reads /proc, which only Linux has" };

test("a kernel listens only on the five ports of its connection, on 127.0.0.1", linux, () => {
  const { connection, pid } = kernel.session;
  const { shell_port, iopub_port, stdin_port, control_port, hb_port } = connection;
  const expected = [shell_port, iopub_port, stdin_port, control_port, hb_port].map(
    (port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  assert.deepEqual(listeningAddresses(pid!).sort(), expected.sort());
  assert.deepEqual(listeningAddresses(process.pid), [], "the process that started it does not listen");
});

test("only the user can read a kernel's key", linux, () => {
  const file = readFileSync(`/proc/${kernel.session.pid}/cmdline`, "utf8")
    .split("\0")
    .find((argument) => argument.endsWith(".json"))!;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

test("a message that is signed with another key, or sent again, is ignored", async () => {
  const { connection } = kernel.session;
  await kernel.run("let times = 0;");
  const request = (key: string) =>
    pack(key, "session", "execute_request", {
      ...{ code: "times++;", silent: false, store_history: true },
      ...{ user_expressions: {}, allow_stdin: false },
    }).frames;
  const stranger = new Dealer({ linger: 0 });
  stranger.connect(endpoint(connection, "shell_port"));
  const valid = request(connection.key);
  for (const frames of [request("another key"), valid, valid, valid]) await stranger.send(frames);
  const [delimiter] = await stranger.receive();
  assert.equal(String(delimiter), "<IDS|MSG>", "the valid message was answered");
  stranger.close();
  assert.equal(resultText(await kernel.run("times")), "1");
});

test("a kernel without a key does not start", () => {
  assert.throws(() => new Inbox(""), /has no key/);
});
