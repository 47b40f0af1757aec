import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const root: string = join(__dirname, "../../..");

/** The report of `npm pack`. */
export interface Packed {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Sizes are unpacked. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The environment without the variables that `npm run` sets. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/** @param options further options, such as `--dry-run` */
export function pack(...options: readonly string[]): Packed {
  const text = execFileSync("npm", ["pack", "--json", ...options], {
    cwd: root,
    env: userEnvironment(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = Object.values(JSON.parse(text)) as Packed[];
  return packed;
}
