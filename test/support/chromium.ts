import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Prevents the browser from using the network. */
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of the browser: `PNR_CHROMIUM`, or the first one on the PATH. */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { PNR_CHROMIUM, PATH = "" } = environment;
  const paths = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return (PNR_CHROMIUM ? [PNR_CHROMIUM] : paths).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds; enough for a busy machine. */
export const browserTimeout = 120_000;

/** Starts a headless browser with a temporary profile. */
export function launchChromium(program: string): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    headless: true,
    chromiumSandbox: false,
    timeout: browserTimeout,
    args: flags,
  });
}
