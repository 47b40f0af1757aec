import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

type Names = Readonly<Record<string, string>>;

/** What package.json says. */
export interface Manifest {
  readonly dependencies: Names;
  readonly peerDependencies: Names;
  readonly devDependencies: Names;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly hasInstallScript?: true;
  /** Of a package for some platforms alone. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** An installed package. */
export interface Package extends Locked {
  /** Below the project, as in the lock file: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  /** In bytes, without the packages inside; 0 for one of another platform, which is not installed. */
  readonly size: number;
}

/** Licences that package.json leaves out or words in its own way, as their files were read. */
const readByHand: Readonly<Record<string, string>> = {
  "dejavu-fonts-ttf": "Bitstream-Vera", // its changes are in the public domain
  "typed-function": "MIT",
};

/** The packages that the lock file names, by what asks for them. */
export class Packages {
  readonly manifest: Manifest;
  readonly #locked: Readonly<Record<string, Locked>>;

  constructor(readonly root: string) {
    this.manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    this.#locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  }

  /** A direct dependency and all that it brings along, each once, itself first; without what is for single platforms. */
  closure(name: string): Package[] {
    const found = new Map<string, Package>();
    const visit = (path: string): void => {
      if (found.has(path)) return;
      const locked = this.#locked[path];
      if (locked.os ?? locked.cpu) return;
      found.set(path, this.#package(path));
      for (const needed of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }))
        visit(this.#resolve(path, needed));
    };
    visit(this.#resolve("", name));
    return [...found.values()];
  }

  /** Everything that several direct dependencies bring along, each package once. */
  all(names: readonly string[]): Package[] {
    const found = names.flatMap((name) => this.closure(name)).map((one) => [one.path, one] as const);
    return [...new Map(found).values()];
  }

  /** The text of a package's file, or of the first of several names that is there. */
  text(name: string, ...files: readonly string[]): string {
    const folder = join(this.root, this.#resolve("", name));
    const file = files.map((one) => join(folder, one)).find((path) => existsSync(path));
    if (file === undefined) throw new Error(`${name} has none of ${files.join(", ")}`);
    return readFileSync(file, "utf8");
  }

  #package(path: string): Package {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const locked = this.#locked[path];
    const license = readByHand[name] ?? locked.license?.replace(/^\((.*)\)$/, "$1");
    return { ...locked, license, path, name, size: folderSize(join(this.root, path)) };
  }

  /** Node's own rule: the nearest node_modules that has it. */
  #resolve(from: string, name: string): string {
    for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf("/node_modules/")))) {
      const path = base === "" ? `node_modules/${name}` : `${base}/node_modules/${name}`;
      if (this.#locked[path]) return path;
      if (base === "") throw new Error(`package-lock.json has no ${name} for ${from || "the project"}`);
    }
  }
}

function folderSize(folder: string): number {
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    size += entry.isDirectory() ? folderSize(path) : statSync(path).size;
  }
  return size;
}
