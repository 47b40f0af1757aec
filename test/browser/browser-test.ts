import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { cachedJupyter } from "../../notebooks/kernel/jupyter-install";

export const root: string = join(__dirname, "../../..");

/** A program with its first arguments. */
export type Program = readonly [string, ...string[]];

/** What a test of this folder may need, and how to get it. */
const needs = {
  chromium: { what: "Chromium", get: "apt-get install chromium" },
  lab: { what: "JupyterLab 4", get: "npm run lab" },
  notebook7: { what: "Notebook 7", get: "npm run lab" },
  classic: { what: "the classic Notebook 6", get: "apt-get install jupyter-notebook" },
} as const;

export type Need = keyof typeof needs;

/** Each in each folder of the PATH, because the browser's driver takes whole paths alone. */
const chromiums = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)));

const jupyters = ["jupyter", cachedJupyter()];
const versions: Readonly<Record<Exclude<Need, "chromium">, readonly [string, RegExp]>> = {
  lab: ["lab", /^4\./],
  notebook7: ["notebook", /^7\./],
  classic: ["notebook", /^6\./],
};

function find(need: Need): Program | undefined {
  const candidates: readonly [Program, RegExp][] =
    need === "chromium"
      ? chromiums.map((path) => [[path], /\d/])
      : jupyters.map((name) => [[name, versions[need][0]], versions[need][1]]);
  return candidates.find(([[program, ...start], version]) => {
    const { status, stdout } = spawnSync(program, [...start, "--version"], { encoding: "utf8" });
    return status === 0 && version.test(stdout.trim());
  })?.[0];
}

const found = new Map<Need, Program | undefined>();

function programOf(need: Need): Program | undefined {
  if (!found.has(need)) found.set(need, find(need));
  return found.get(need);
}

/** The program that a test said it needs. */
export function program(need: Need): Program {
  const known = programOf(need);
  if (!known) throw new Error(`${needs[need].what} is not here; the test must name it among its needs`);
  return known;
}

/**
 * A test with a real browser or a real Jupyter. Where one is missing it is left out, and the run of tests names it with the
 * reason; with PNR_REQUIRE_BROWSER=1, as in .ci/run, it fails.
 */
export function testWith(
  needed: readonly Need[],
  name: string,
  run: (context: TestContext) => Promise<void>,
): void {
  const missing = needed.filter((need) => !programOf(need));
  const reason = missing.map((need) => `${needs[need].what} is not here (${needs[need].get})`).join("; ");
  if (!missing.length) test(name, run);
  else if (process.env.PNR_REQUIRE_BROWSER === "1") test(name, () => Promise.reject(new Error(reason)));
  else test(name, { skip: `left out: ${reason}` }, run);
}
