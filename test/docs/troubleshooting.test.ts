import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { explained, templatesBelow } from "../../docs/generator/messages";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const messages = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, message]) => message);

/** What others print: the shell, npm, Node, and commander for a choice of ours. */
const ofOthers = [
  "pnr: command not found",
  "npm error 404",
  "FATAL ERROR: … JavaScript heap out of memory",
  "option '--engine <name>' value … from env 'PNR_ENGINE' is invalid",
];

test("every message that the page of troubleshooting quotes is one that the code can print", () => {
  assert.ok(messages.length > 15, `${messages.length} messages`);
  const templates = templatesBelow(root, ["src"]);
  const strange = messages.filter((message) => {
    // a message may be shortened by …; then its longest piece stands for it
    const piece = message
      .split("…")
      .sort((a, b) => b.length - a.length)[0]
      .trim();
    return !ofOthers.includes(message) && !templates.some((template) => explained(piece, template) >= 0.33);
  });
  assert.deepEqual(strange, []);
});

test("a template explains its own messages and no others", () => {
  const template = ["engine ", " cannot run here: ", "; see pnr doctor"];
  assert.ok(explained("engine wasm cannot run here: no", template) > 0.6);
  assert.ok(explained("engine wasm cannot run", template) > 0.7, "cut off");
  assert.ok(explained("engine wasm runs here, and this is what it says", template) < 0.2);
  assert.deepEqual(
    templatesBelow(root, ["src"]).filter(
      (one) => explained("no code of ours can print such a message", one) > 0.4,
    ),
    [],
  );
});
