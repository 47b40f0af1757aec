// `npm run check`: rejects the phrases of phrases.ts in the files that cspell checks.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findPhrases } from "./phrases";

const root = join(__dirname, "../../..");

interface SpellingConfig {
  readonly files: readonly string[];
  readonly ignorePaths: readonly string[];
}

/** The files under version control, or about to be, that cspell.json selects. */
function filesToCheck(): string[] {
  const { files, ignorePaths } = JSON.parse(
    readFileSync(join(root, "cspell.json"), "utf8"),
  ) as SpellingConfig;
  const patterns = [
    ...files.map((file) => `:(glob)${file}`),
    ...ignorePaths.map((path) => `:(glob,exclude)${path}`),
  ];
  const listing = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return listing.split("\0").filter((file) => file !== "");
}

let count = 0;
for (const file of filesToCheck()) {
  for (const { line, phrase } of findPhrases(readFileSync(join(root, file), "utf8"))) {
    console.error(`${file}:${line}: "${phrase}": see the glossary in CONTRIBUTING.md`);
    count++;
  }
}
process.exitCode = count ? 1 : 0;
