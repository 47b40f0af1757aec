import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const root: string = join(__dirname, "../../..");

/** What `npm pack` puts into the package. */
export interface Packed {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** The environment without what `npm run` sets, so that npm is here what it is for a stranger. */
export function strangersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/** @param options further ones, as `--dry-run` */
export function pack(...options: readonly string[]): Packed {
  const text = execFileSync("npm", ["pack", "--json", ...options], {
    cwd: root,
    env: strangersEnvironment(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = Object.values(JSON.parse(text)) as Packed[];
  return packed;
}
