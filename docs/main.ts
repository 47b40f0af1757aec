import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { writeAtomic } from "../src/base/files";
import { configPage } from "./generator/config";

// Writes the pages that are made from the code, and the API reference: npm run docs

const root = join(__dirname, "../..");

writeAtomic(join(root, "docs/config.md"), configPage(root));

// typedoc is an ES module, and ends its process by itself
const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
process.exitCode = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: "inherit" }).status ?? 1;
