import type { Command } from "commander";
import { cachesFolder } from "../../base/caches";
import type { BlasExamination } from "../../engine";
import { addExamples, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";

export function addDoctor(program: Command): void {
  const doctor = program
    .command("doctor")
    .summary("show which engines run here, and how to enable the others")
    .description(
      "Tries every engine on this machine and prints which can run, why the others cannot, and how to enable them. Also prints the " +
        "library of the engine blas and how fast it multiplies matrices, the default engine of a run, and the folder of the caches " +
        "(corpora, word vectors, encoders and their outputs). PNR_CACHE sets another folder.",
    )
    .addOption(jsonOption())
    .action(run);
  addExamples(doctor, ["the engines of this machine", "pnr doctor"]);
}

async function run(options: { json?: true }): Promise<void> {
  const { examineBlas, examineEngines, startEngine } = await import("../../engine/index.js");
  const engines = await examineEngines();
  const hasBlas = engines.some(({ name, available }) => name === "blas" && available);
  const blas = hasBlas ? await examineBlas() : null;
  const engine = await startEngine();
  if (options.json) {
    const platform = `${process.platform} ${process.arch}`;
    printJson({ node: process.version, platform, engines, blas, chosen: engine, caches: cachesFolder() });
    return;
  }
  const width = Math.max(...engines.map(({ name }) => name.length));
  printText(`Node ${process.versions.node} on ${process.platform} ${process.arch}\n`);
  for (const { name, available, reason, remedy } of engines) {
    printText(`${name.padEnd(width)}  ${available ? "can run" : "cannot run"}: ${reason}`);
    const details = name === "blas" && blas ? blasText(blas) : remedy ? [`→ ${remedy}`] : [];
    for (const line of details) printText(`${" ".repeat(width)}  ${line}`);
  }
  printText(`\nDefault engine: ${engine.name}, ${engine.detail}`);
  printText(`Caches: ${cachesFolder()}`);
}

function blasText({
  path,
  name,
  version,
  core,
  product,
  gigaflops: { blas, wasm },
}: BlasExamination): string[] {
  const rate = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  return [
    `library: ${[name, version].filter(Boolean).join(" ")}${core && `, kernels for ${core}`}, ${path}`,
    `matrix product ${product.join("×")}: ${rate(blas)} GFLOP/s, with the kernel of wasm ${rate(wasm)}`,
  ];
}
