import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../src/base/files";
import { configPage } from "./generator/config";
import { configJsonSchema } from "./generator/config-schema";
import { dependenciesPage } from "./generator/dependencies-page";
import { withFormats } from "./generator/formats-table";
import { markdownFiles } from "./generator/markdown";
import { noticesPage } from "./generator/notices-page";
import { takePicture } from "./generator/readme-picture";
import { updateSourceLinks } from "./generator/source-links";

// `npm run docs`: writes the generated pages, updates the guides' links into the code, and builds the API reference.

const root = join(__dirname, "../..");

writeAtomic(join(root, "config.schema.json"), configJsonSchema(root));
writeAtomic(join(root, "docs/config.md"), configPage(root));
for (const file of markdownFiles(root)) {
  const path = join(root, file);
  const page = readFileSync(path, "utf8");
  const updated = withFormats(updateSourceLinks(page, path));
  if (updated !== page) writeAtomic(path, updated);
}
writeAtomic(join(root, "docs/dependencies.md"), dependenciesPage(root));
writeAtomic(join(root, "THIRD-PARTY-NOTICES.md"), noticesPage(root));

if (process.argv.includes("--picture")) {
  takePicture(join(root, "docs/images/widgets.png"));
} else {
  // a separate process: typedoc is an ES module and exits by itself
  const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
  process.exitCode = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: "inherit" }).status ?? 1;
}
