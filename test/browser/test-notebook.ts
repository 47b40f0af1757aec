import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { fakeScores } from "../widgets/fake";
import { root } from "./browser-test";

/** The kernel client, bundled for the browser as in a widget. */
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

/** A script in an HTML output that queries the kernel, and writes the answer to the page. */
const query = `const client = new TestClient(address);
const element = document.getElementById("answer");
client.available().then(async (available) => {
  element.textContent = available + " " + (available ? await client.ask("sum", { a: 2, b: 3 }) : "");
  if (available) element.textContent += " " + await client.ask("fail", null).catch((error) => error.message);
});`;

/** Text that a front end may interpret as formulas. */
export const dollarText = "between $x_1$ and $$y^2$$ or \\(z\\)";

/** Cells with a widget, a table of text with dollar signs, a query from the browser to the kernel, and `last`. Long data is in files. */
export function cells(folder: string, last: string): string[] {
  const writeFile = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return JSON.stringify(join(folder, name));
  };
  const runs = writeFile("runs.json", JSON.stringify([{ name: "made up", scores: fakeScores(0) }]));
  const client = writeFile("client.js", clientScript());
  const queryFile = writeFile("query.js", query);
  return [
    `import { readFileSync } from "node:fs";
import * as show from "pnr/widgets";
const read = (path: string): string => readFileSync(path, "utf8");
await show.showScoresByLength(JSON.parse(read(${runs})));`,
    `await show.showTable([{ token: ${JSON.stringify(dollarText)}, entity: "money" }]);`,
    `const kernel = (globalThis as any)[Symbol.for("pnr.kernel")];
kernel.answer("sum", async ({ a, b }: Record<string, number>) => a + b);
kernel.answer("fail", () => { throw new RangeError("no such thing"); });
const script = \`\${read(${client})}(() => { const address = \${JSON.stringify(kernel.address ?? null)}; \${read(${queryFile})} })();\`;
kernel.display({ "text/html": \`<div id="answer"></div><script>\${script}</script>\`, "text/plain": "a query" });`,
    last,
  ];
}

/** A cell that prints, and then waits until it is interrupted. */
export const endless = `console.log("waits");\nfor (;;) await new Promise((resolve) => setTimeout(resolve, 50));`;

/** Writes a notebook. @returns its path */
export function writeNotebook(folder: string, name: string, sources: readonly string[]): string {
  const path = join(folder, name);
  const cells = [
    {
      cell_type: "markdown",
      id: "title",
      metadata: {},
      source: "# A notebook of the tests\n\nMade-up numbers.",
    },
    ...sources.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
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
