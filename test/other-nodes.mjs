// Runs the tests of what differs between releases of Node (files, streams, encodings, child processes, native libraries, numbers)
// on other releases, which come from npm. Usage: node test/other-nodes.mjs
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const releases = [22, 24];
const parts = ["base/", "corpus/formats", "cli/hostile", "engine/blas", "engine/ops/gru", "training/resume"];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = `node-${process.platform}-${process.arch}`;
const run = (program, args) => execFileSync(program, args, { cwd: root, stdio: "inherit" });
for (const release of releases) {
  const folder = join("out", `node-${release}`);
  run("npm", [
    ...["install", "--silent", "--no-save", "--ignore-scripts"],
    ...["--prefix", folder, `${name}@${release}`],
  ]);
  run(join(root, folder, "node_modules", name, "bin/node"), ["test/run.mjs", ...parts]);
}
