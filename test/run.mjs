// Runs every compiled test file with Node's own test runner. Usage: node test/run.mjs [part of a file's path …]
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
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
const concurrency = `--test-concurrency=${availableParallelism()}`;
const { status } = spawnSync(process.execPath, ["--test", concurrency, ...files], {
  cwd: root,
  stdio: "inherit",
});
process.exit(status ?? 1);
