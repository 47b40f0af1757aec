import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InputError } from "../../src/base/errors";
import { reason } from "../../src/base/files";
import { checkBert } from "./bert";
import { checkDetector } from "./detector";
import { checkFull } from "./full";
import { Golden } from "./golden";
import { checkGru } from "./gru";
import { type Kind, type Largest, Tally } from "./tally";
import { checkTrain } from "./train";

/** By the `kind` in a file's metadata. */
const checks: Readonly<Record<string, (golden: Golden, tally: Tally) => void>> = {
  gru: checkGru,
  bert: checkBert,
  full: checkFull,
  detector: checkDetector,
  train: checkTrain,
};

/** The comparison of a file of the authors' numbers with ours. */
export interface Report {
  readonly file: string;
  readonly verdict: "same" | "off";
  /** One line per difference. */
  readonly problems: readonly string[];
  readonly largest: ReadonlyMap<Kind, Largest>;
}

const fixtures = resolve(__dirname, "../../../test/fixtures/golden");

/** The files of the folder that PNR_GOLDEN names, else our fixtures. @throws InputError if the folder has no such file */
export function goldenFiles(folder: string = process.env.PNR_GOLDEN || fixtures): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  } catch (error) {
    throw new InputError(`${folder}: cannot be listed (${reason(error)}); set PNR_GOLDEN to a folder`);
  }
  if (!names.length)
    throw new InputError(`${folder}: contains no .safetensors file; set PNR_GOLDEN to a folder that does`);
  return names.sort().map((name) => join(folder, name));
}

/** Our fixtures and the files of the folder that PNR_GOLDEN names. */
export function everyGoldenFile(): string[] {
  return [...new Set([...goldenFiles(fixtures), ...goldenFiles()].map((file) => resolve(file)))];
}

/** Compares a file on the current engine. After an error, the file is off. */
export function checkFile(path: string): Report {
  const tally = new Tally();
  const file = basename(path);
  try {
    const golden = Golden.read(path);
    const kind = golden.text("kind");
    if (!Object.hasOwn(checks, kind)) {
      return { file, verdict: "off", problems: [`unknown kind "${kind}"`], largest: tally.largest };
    }
    checks[kind](golden, tally);
  } catch (error) {
    return {
      file,
      verdict: "off",
      problems: [reason(error).replace(`${path}: `, ""), ...tally.problems],
      largest: tally.largest,
    };
  }
  const { problems, largest } = tally;
  return { file, verdict: problems.length ? "off" : "same", problems, largest };
}

/** Describes a report in one line. */
export function describeReport({ file, verdict, problems, largest }: Report, width: number): string {
  const figures = [...largest].map(([kind, { difference, tensor }]) => {
    const exponential = difference.toExponential(1);
    return `${kind} ${exponential}${kind === "outputs" || kind === "gradients" || kind === "weights" ? ` (${tensor})` : ""}`;
  });
  const [first, ...others] = problems;
  const why = first === undefined ? "" : `: ${first}${others.length ? ` and ${others.length} more` : ""}`;
  return [file.padEnd(width), `${verdict === "off" ? "OFF" : verdict}${why}`, ...figures].join("  ");
}
