import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { joined, readNotebook } from "../../notebooks/kernel/notebook-file";
import { testFolder } from "../support/folders";
import { contents, testKernel } from "./test-kernel";

const kernel = testKernel();
const { run } = kernel;
const store = testFolder("cell-sweep");
const notebooks = join(__dirname, "../../../notebooks");

/** The cells that run a table's experiments, each with the name of its notebook, at the smallest scale and in the test's store. */
const cells = readdirSync(notebooks)
  .filter((name) => name.endsWith(".ipynb"))
  .flatMap((name) =>
    readNotebook(join(notebooks, name)).cells.flatMap(({ metadata: { tags }, source }) => {
      const cell = joined(source);
      if (!Array.isArray(tags) || !tags.includes("experiment") || !cell.includes("scale:")) return [];
      const place = `store: ${JSON.stringify(store)}, engine: "wasm"`;
      const code = cell
        .replace('scale: "minutes"', `scale: "smoke", ${place}`)
        .replace(/seeds: \d+/, "seeds: 1");
      return [{ name, code }];
    }),
  );

test("notebooks 02 to 07 run their tables", () => {
  const names = cells.map(({ name }) => name.slice(0, 2));
  assert.deepEqual(names, ["02", "03", "04", "04", "05", "06", "07"]);
  for (const { code } of cells) assert.match(code, /scale: "smoke".*seeds: 1|seeds: 1.*scale: "smoke"/);
});

test("each cell that runs an experiment shows one panel, then the same widgets as stored results", async () => {
  await run('import { comparisonRows } from "pnr"; import * as show from "pnr/widgets";');
  for (const { name, code } of cells) {
    const answer = await run(code);
    assert.equal(answer.reply.status, "ok", `${name}: ${answer.reply.traceback?.join("\n")}`);
    const panels = [...contents(answer, "display_data"), ...contents(answer, "update_display_data")].filter(
      ({ transient }) => String((transient as { display_id?: string }).display_id).startsWith("pnr-panel-"),
    );
    const ids = panels.map(({ transient }) => (transient as { display_id: string }).display_id);
    assert.equal(new Set(ids).size, 1, name);
    const panel = panels.at(-1)?.data as Record<string, string> | undefined;
    assert.match(panel?.["text/plain"] ?? "", /\n(\d+) of \1 runs done/, name);
    const last = contents(answer, "display_data").at(-1)?.data as Record<string, string> | undefined;
    assert.match(last?.["text/html"] ?? "", /"kind":"(?:sweep-table|sweep-curves|scores-by-length)"/, name);
  }
});

test("an interrupted sweep says how to resume, and the same cell resumes it", async () => {
  const code = `
import { runTable } from "pnr";
await runTable("figure5", { scale: "smoke", engine: "wasm", seeds: [7], workers: 1, store: ${JSON.stringify(store)} })`;
  let interrupted = false;
  const answer = await run(code, ({ content }) => {
    const text = (content.data as Record<string, string> | undefined)?.["text/plain"] ?? "";
    if (interrupted || !/\n1 of 5 runs done/.test(text)) return;
    interrupted = true;
    kernel.session.interrupt();
  });
  assert.equal(answer.reply.status, "error");
  const panel = contents(answer, "update_display_data").at(-1)?.data as Record<string, string> | undefined;
  assert.match(panel?.["text/plain"] ?? "", /stopped · [1-4] of 5 runs done · run the cell again to resume/);
  await delay(100);
  const again = await run(code);
  assert.equal(again.reply.status, "ok", again.reply.traceback?.join("\n"));
  const [first] = contents(again, "display_data");
  assert.match((first.data as Record<string, string>)["text/plain"], /5 runs, [1-4] of them done before/);
});
