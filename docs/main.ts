import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../src/base/files";
import { configPage } from "./generator/config";
import { dependenciesPage } from "./generator/dependencies";
import { withFormats } from "./generator/formats";
import { markdownFiles } from "./generator/markdown";
import { noticesPage } from "./generator/notices";
import { takePicture } from "./generator/picture";
import { relinked } from "./generator/source-links";

// Writes what the guides take from the code, and the API reference: npm run docs

const root = join(__dirname, "../..");

writeAtomic(join(root, "docs/config.md"), configPage(root));
for (const file of markdownFiles(root)) {
  const path = join(root, file);
  const page = readFileSync(path, "utf8");
  const now = withFormats(relinked(page, path));
  if (now !== page) writeAtomic(path, now);
}
writeAtomic(join(root, "docs/dependencies.md"), dependenciesPage(root));
writeAtomic(join(root, "THIRD-PARTY-NOTICES.md"), noticesPage(root));

if (process.argv.includes("--picture")) {
  takePicture(root, join(root, "runs/quickstart"), join(root, "docs/images/widgets.png"));
} else {
  // typedoc is an ES module, and ends its process by itself
  const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
  process.exitCode = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: "inherit" }).status ?? 1;
}
