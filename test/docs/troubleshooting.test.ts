import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { coverage, templatesBelow } from "./message-templates";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const messages = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, message]) => message);

/** Messages of the shell, npm, Node, and commander's for one of our options. */
const externalMessages = [
  "pnr: command not found",
  "npm error 404",
  "FATAL ERROR: … JavaScript heap out of memory",
  "option '--engine <name>' value … from env 'PNR_ENGINE' is invalid",
];

test("the code can print every message on the troubleshooting page", () => {
  assert.ok(messages.length > 15, `${messages.length} messages`);
  const templates = templatesBelow(root, ["src"]);
  const unknown = messages.filter((message) => {
    // the page shortens messages with …; the longest remaining piece identifies the message
    const piece = message
      .split("…")
      .sort((a, b) => b.length - a.length)[0]
      .trim();
    return (
      !externalMessages.includes(message) && !templates.some((template) => coverage(piece, template) >= 0.33)
    );
  });
  assert.deepEqual(unknown, []);
});

test("a template covers its own messages and no others", () => {
  const template = ["engine ", " cannot run here: ", "; see pnr doctor"];
  assert.ok(coverage("engine wasm cannot run here: no", template) > 0.6);
  assert.ok(coverage("engine wasm cannot run", template) > 0.7, "cut off");
  assert.ok(coverage("engine wasm runs here, and this is what it says", template) < 0.2);
  const nonsense = "no code of ours can print such a message";
  assert.deepEqual(
    templatesBelow(root, ["src"]).filter((one) => coverage(nonsense, one) > 0.4),
    [],
  );
});
