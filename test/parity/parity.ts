// `npm run parity`: compares our numbers with those of the authors' released code.
import { parseArgs } from "node:util";
import { PnrError } from "../../src/base/errors";
import { reason } from "../../src/base/files";
import { describeEngine, type EngineName, startEngine } from "../../src/engine";
import { checkFile, describeReport, goldenFiles } from "./check";

const help = `Usage: npm run parity -- [--engine NAME]

Compares numbers of this library with those of the authors' released code, for every .safetensors file of the folder that the
environment variable PNR_GOLDEN names (default: test/fixtures/golden). Prints one line per file with the largest differences,
and exits with 1 if one is off.

Options:
  --engine NAME  auto, tensorflow, blas, wasm or cpu (default: the environment variable PNR_ENGINE, else auto)
  --help         print this help
`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { engine: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const files = goldenFiles();
  process.stdout.write(
    `${describeEngine(await startEngine(values.engine as EngineName | "auto" | undefined))}\n`,
  );
  const width = Math.max(...files.map((file) => file.length - file.lastIndexOf("/") - 1));
  const counts = { same: 0, off: 0 };
  for (const file of files) {
    const report = checkFile(file);
    counts[report.verdict]++;
    process.stdout.write(`${describeReport(report, width)}\n`);
  }
  process.stdout.write(`${counts.same} the same, ${counts.off} off\n`);
  return counts.off ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`parity: ${reason(error)}\n`);
    process.exitCode = error instanceof PnrError ? error.exitCode : 2;
  },
);
