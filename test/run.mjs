// Runs every compiled test file with Node's own test runner. Usage: node test/run.mjs [part of a file's path …]
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, "dist/test"), { recursive: true })
  .filter(
    (file) => file.endsWith(".test.js") && (!wanted.length || wanted.some((part) => file.includes(part))),
  )
  .sort()
  .map((file) => join("dist/test", file));
if (!files.length) {
  console.error(`No test file matches ${wanted.join(", ")}.`);
  process.exit(2);
}
// One thread each, because the test files already run side by side; what threads compute is the same to the last bit.
// What an earlier test run has kept would decide nothing, but hide what is computed wrongly.
const env = { PNR_THREADS: "1", PNR_BERT_CACHE_GIB: "0", ...process.env };
const { status } = spawnSync(
  process.execPath,
  [
    "--test",
    "--require",
    join(root, "dist/test/support/fixed-seed.js"),
    // Milliseconds that a file may take: a hanging one must not hold up all others.
    "--test-timeout=900000",
    `--test-concurrency=${availableParallelism()}`,
    ...files,
  ],
  { cwd: root, stdio: "inherit", env },
);
process.exit(status ?? 1);
