import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Keeps the browser from asking anything of any network. */
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser's program: `PNR_CHROMIUM`, or the first on the PATH; undefined where there is none. */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { PNR_CHROMIUM: own, PATH: path = "" } = environment;
  const found = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return (own ? [own] : found).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser without a window, with a profile of its own that goes with it. */
export function launchChromium(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, headless: true, chromiumSandbox: false, args: flags });
}
