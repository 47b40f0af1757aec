import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cachedJupyter } from "../../notebooks/kernel/jupyter-install";
import { chromiumPath } from "../support/chromium";

export const root: string = join(__dirname, "../../..");

/** A program with its first arguments. */
export type Program = readonly [string, ...string[]];

/** The programs that tests of this folder may need, and how to install them. `.ci/run` installs all but Deno. */
const needs = {
  chromium: { what: "Chromium", get: "apt-get install chromium" },
  lab: { what: "JupyterLab 4", get: "npm run lab" },
  notebook7: { what: "Notebook 7", get: "npm run lab" },
  classic: { what: "the classic Notebook 6", get: "apt-get install jupyter-notebook" },
  deno: { what: "Deno", get: "npm install --no-save deno" },
} as const;

export type Need = keyof typeof needs;

const jupyterPrograms = ["jupyter", cachedJupyter()];
const versions: Readonly<Record<Exclude<Need, "chromium" | "deno">, readonly [string, RegExp]>> = {
  lab: ["lab", /^4\./],
  notebook7: ["notebook", /^7\./],
  classic: ["notebook", /^6\./],
};

function find(need: Need): Program | undefined {
  if (need === "chromium") {
    const path = chromiumPath();
    return path === undefined ? undefined : [path];
  }
  if (need === "deno") {
    const candidates: Program[] = [["deno"], [join(root, "node_modules/.bin/deno")]];
    return candidates.find(([name]) => spawnSync(name, ["--version"]).status === 0);
  }
  const [command, version] = versions[need];
  const candidates = jupyterPrograms.map((name): Program => [name, command]);
  return candidates.find(([name, ...args]) => {
    const { status, stdout } = spawnSync(name, [...args, "--version"], { encoding: "utf8" });
    return status === 0 && version.test(stdout.trim());
  });
}

const programs = new Map<Need, Program | undefined>();

function findOnce(need: Need): Program | undefined {
  if (!programs.has(need)) programs.set(need, find(need));
  return programs.get(need);
}

/** A program that the current test needs. */
export function program(need: Need): Program {
  const path = findOnce(need);
  if (!path) throw new Error(`${needs[need].what} is missing; the test must list it among its needs`);
  return path;
}

/**
 * A test with a real browser or Jupyter. If one is missing, the test is skipped with the reason; with PNR_REQUIRE_BROWSER=1, as in
 * .ci/run, it fails unless only Deno is missing.
 */
export function testWith(
  required: readonly Need[],
  name: string,
  run: (context: TestContext) => Promise<void>,
): void {
  const missing = required.filter((need) => !findOnce(need));
  const reason = missing.map((need) => `${needs[need].what} is missing (${needs[need].get})`).join("; ");
  if (!missing.length) test(name, run);
  else if (process.env.PNR_REQUIRE_BROWSER === "1" && missing.some((need) => need !== "deno"))
    test(name, () => Promise.reject(new Error(reason)));
  else test(name, { skip: `skipped: ${reason}` }, run);
}
