import type { Command } from "commander";
import { cachesFolder } from "../base/caches";
import type { BlasExamination } from "../engine";
import { addExamples, jsonOption } from "./options";
import { printJson, printText } from "./output";

export function addDoctor(program: Command): void {
  const doctor = program
    .command("doctor")
    .summary("show which engines run here, why others cannot, and how to fix it")
    .description(
      "Tries every engine that could compute on this machine and says which can, why the others cannot and how to change " +
        "that; which BLAS library the engine blas has found, and how fast it multiplies matrices; which engine a run takes when none " +
        "is asked for with --engine or PNR_ENGINE; and where the caches are: read corpora, word " +
        "vectors, encoders and their outputs. PNR_CACHE names another folder for them.",
    )
    .addOption(jsonOption())
    .action(examine);
  addExamples(doctor, ["what can this machine do?", "pnr doctor"]);
}

async function examine(options: { json?: true }): Promise<void> {
  const { examineBlas, examineEngines, startEngine } = await import("../engine/index.js");
  const engines = await examineEngines();
  const hasBlas = engines.some(({ name, available }) => name === "blas" && available);
  const blas = hasBlas ? await examineBlas() : null;
  const chosen = await startEngine();
  if (options.json) {
    const platform = `${process.platform} ${process.arch}`;
    printJson({ node: process.version, platform, engines, blas, chosen, caches: cachesFolder() });
    return;
  }
  const width = Math.max(...engines.map(({ name }) => name.length));
  printText(`Node ${process.versions.node} on ${process.platform} ${process.arch}\n`);
  for (const { name, available, reason, remedy } of engines) {
    printText(`${name.padEnd(width)}  ${available ? "can run" : "cannot run"}: ${reason}`);
    const more = name === "blas" && blas ? blasText(blas) : remedy ? [`→ ${remedy}`] : [];
    for (const line of more) printText(`${" ".repeat(width)}  ${line}`);
  }
  printText(`\nA run without --engine takes ${chosen.name}: ${chosen.detail}`);
  printText(`Caches are in ${cachesFolder()}`);
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
    `a product of ${product.join("×")}: ${rate(blas)} GFLOP/s, ${rate(wasm)} by the kernel of wasm`,
  ];
}
