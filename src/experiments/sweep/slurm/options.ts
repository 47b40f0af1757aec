import { InputError, show } from "../../../base/errors";

/** What the sweep itself says to sbatch, and so nobody else may. */
const own = [
  ["--array", "-a"],
  ["--chdir", "-D"],
  ["--error", "-e"],
  ["--export"],
  ["--export-file"],
  ["--input", "-i"],
  ["--job-name", "-J"],
  ["--open-mode"],
  ["--output", "-o"],
  ["--parsable"],
  ["--test-only"],
  ["--wait", "-W"],
  ["--wrap"],
];

/**
 * Options for sbatch as a shell would take them apart: `--partition=gpu --comment="two words"`.
 * @throws InputError for what is no option, or one that the sweep sets itself
 */
export function sbatchOptions(texts: readonly string[]): string[] {
  const options = texts.flatMap(words);
  for (const [at, option] of options.entries()) {
    if (!option.startsWith("-") && !isValue(options[at - 1]))
      throw new InputError(`--sbatch ${show(option)}: is no option of sbatch; write them as --name=value`);
    const name = option.startsWith("--") ? option.split("=")[0] : option.slice(0, 2);
    const taken = own.find((names) => names.includes(name));
    if (taken)
      throw new InputError(`--sbatch ${show(option)}: the sweep sets ${taken[0]} itself; leave it out`);
  }
  return options;
}

/** Whether an option may be followed by a value of its own word: `-p gpu`, `--partition gpu`. */
function isValue(before: string | undefined): boolean {
  return before !== undefined && /^(-\w|--[^=]+)$/.test(before);
}

/** Words parted by spaces outside of quotes, without those quotes. */
function words(text: string): string[] {
  const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;
  if (text.replace(word, "").trim())
    throw new InputError(`--sbatch ${show(text)}: a quote is opened and not closed`);
  return [...text.matchAll(word)].map(([found]) =>
    found.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
  );
}
