import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { fakeScores } from "../widgets/fake";
import { root } from "./available";

/** The client in the browser, as a widget's code holds it. */
function clientScript(): string {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { KernelClient } from "./dist/widgets/shared/kernel-client.js"; window.TestClient = KernelClient;`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: "iife",
    write: false,
  });
  return outputFiles[0].text;
}

/** A script that asks the kernel from within an HTML output, and writes the answer beside it. */
const ask = `const client = new TestClient(address);
const at = document.getElementById("asked");
client.available().then(async (available) => {
  at.textContent = available + " " + (available ? await client.ask("sum", { a: 2, b: 3 }) : "");
  if (available) at.textContent += " " + await client.ask("fail", null).catch((error) => error.message);
});`;

/** What a front end may take for formulas. */
export const priced = "between $x_1$ and $$y^2$$ or \\(z\\)";

/** Cells: a widget; a table of what is no formula; a question of the browser to the kernel; and an `ending`. What is long lies in files of the folder. */
export function cells(folder: string, ending: string): string[] {
  const at = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return JSON.stringify(join(folder, name));
  };
  const runs = at("runs.json", JSON.stringify([{ name: "made up", scores: fakeScores(0) }]));
  const client = at("client.js", clientScript());
  const question = at("ask.js", ask);
  return [
    `import { readFileSync } from "node:fs";
import * as show from "pnr/widgets";
const read = (path: string): string => readFileSync(path, "utf8");
await show.showScoresByLength(JSON.parse(read(${runs})));`,
    `await show.showTable([{ token: ${JSON.stringify(priced)}, entity: "money" }]);`,
    `const kernel = globalThis[Symbol.for("pnr.kernel")];
kernel.answer("sum", async ({ a, b }) => a + b);
kernel.answer("fail", () => { throw new RangeError("no such thing"); });
const script = \`\${read(${client})}(() => { const address = \${JSON.stringify(kernel.address ?? null)}; \${read(${question})} })();\`;
kernel.display({ "text/html": \`<div id="asked"></div><script>\${script}</script>\`, "text/plain": "a question" });`,
    ending,
  ];
}

/** A cell that prints, and then waits to be interrupted. */
export const endless = `console.log("waits");\nfor (;;) await new Promise((resolve) => setTimeout(resolve, 50));`;

/** Writes a notebook of such cells. @returns its path */
export function writeNotebook(folder: string, name: string, sources: readonly string[]): string {
  const path = join(folder, name);
  const cells = [
    {
      cell_type: "markdown",
      id: "title",
      metadata: {},
      source: "# A notebook of the tests\n\nMade-up numbers.",
    },
    ...sources.map((source, place) => ({
      cell_type: "code",
      id: `cell-${place}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  ];
  const metadata = {
    kernelspec: { name: "tslab", display_name: "TypeScript (PnR)", language: "typescript" },
    language_info: { name: "typescript" },
  };
  writeFileSync(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  return path;
}
