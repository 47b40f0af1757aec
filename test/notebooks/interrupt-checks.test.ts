import assert from "node:assert/strict";
import { test } from "node:test";
import { withChecks } from "../../notebooks/kernel/interrupt-checks";

test("each await and each turn of a loop gets a check, and lines stay", () => {
  const code = `const a = await (b);
const go = async () => {
  for await (const c of await d) { await e(await f); }
};
while (a) do g(); while (h);
for (const i in j) ;
"await k"; // await l`;
  const checked = (text: string): string => `__tslab__.waited(__tslab__.waits(), await ${text})`;
  const turn = "{__tslab__.turn();";
  assert.equal(
    withChecks(code),
    `const a = ${checked("(b)")};
const go = async () => {
  for await (const c of __tslab__.each(${checked("d")})) ${turn}{ ${checked(`e(${checked("f")})`)}; }}
};
while (a) ${turn}do ${turn}g();} while (h);}
for (const i in j) ${turn};}
"await k"; // await l`,
  );
});

test("code without await and loops stays as it is", () => {
  assert.equal(withChecks("f(1);\n"), "f(1);\n");
});
