import { spawnSync } from "node:child_process";
import { join } from "node:path";

// Writes the API reference: npm run docs

const root = join(__dirname, "../..");

// typedoc is an ES module, and ends its process by itself
const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
process.exitCode = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: "inherit" }).status ?? 1;
