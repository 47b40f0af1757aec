import { isBuiltin } from "node:module";
import type { ConvertResult } from "tslab/dist/converter";

type Diagnostic = ConvertResult["diagnostics"][number];

const moduleMissing = 2307;

/** The module that an import does not find; undefined for other errors. */
export function missingModule({ code, messageText }: Diagnostic): string | undefined {
  return code === moduleMissing ? /'(.+?)'/.exec(messageText)?.[1] : undefined;
}

/** Replaces advice for a project with a tsconfig.json by advice that applies to a cell. */
export function withAdvice(diagnostic: Diagnostic): Diagnostic {
  const advise = advisers.get(diagnostic.code);
  return advise ? { ...diagnostic, messageText: advise(diagnostic) } : diagnostic;
}

const advisers: ReadonlyMap<number, (diagnostic: Diagnostic) => string> = new Map([
  [moduleMissing, adviseOnMissingModule],
  // "Cannot find name 'EntityDetector'."
  [2304, adviseOnMissingName],
  // "Cannot find name 'document'. Do you need to change your target library? …"
  [2584, (diagnostic) => `${firstSentence(diagnostic)} Cells run in Node, which has no page.`],
  // "Property 'groupBy' does not exist on type 'ObjectConstructor'. … Try changing the 'lib' compiler option to 'es2024' or later."
  ...[2550, 2583].map((code) => [code, adviseOnNewerNode] as const),
  // "Cannot find name 'jest'. Do you need to install type definitions …?"
  ...[2580, 2581, 2582, 2585, 2591, 2592, 2593].map((code) => [code, firstSentence] as const),
]);

function adviseOnMissingModule(diagnostic: Diagnostic): string {
  const name = missingModule(diagnostic) ?? "";
  if (/^[./]/.test(name)) return `no such file: ${name}, relative to ${placeOf(diagnostic)}`;
  if (isBuiltin(name)) return firstSentence(diagnostic);
  const packageName = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  const command = `npm install ${packageName}`;
  return (
    `the package ${packageName} is not installed: run "${command}" in ${process.cwd()}, or this in a cell: ` +
    `require("child_process").execSync("${command}"); then run this cell again`
  );
}

/** For example after a cell that has an error: its imports do not count. */
function adviseOnMissingName({ messageText }: Diagnostic): string {
  const name = /'(.+?)'/.exec(messageText)?.[1] ?? "";
  const source = ["pnr", "pnr/widgets"].find((path) => Object.keys(require(path) as object).includes(name));
  return source ? `${messageText} Add: import { ${name} } from "${source}";` : messageText;
}

function placeOf({ fileName }: Diagnostic): string {
  return fileName === undefined ? `the project folder ${process.cwd()}` : fileName;
}

function adviseOnNewerNode(diagnostic: Diagnostic): string {
  return `${firstSentence(diagnostic)} Node ${process.versions.node} lacks it; a newer Node may have it.`;
}

function firstSentence({ messageText }: Diagnostic): string {
  return messageText.replace(/ (?:Do you need|Try) .*$/s, "");
}
