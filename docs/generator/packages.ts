import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

type Names = Readonly<Record<string, string>>;

/** The dependencies in package.json. */
export interface Manifest {
  readonly dependencies: Names;
  readonly optionalDependencies: Names;
  readonly peerDependencies: Names;
  readonly devDependencies: Names;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly hasInstallScript?: true;
  /** Set for packages that support only some platforms. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** An installed package. */
export interface Package extends Locked {
  /** Relative to the project, as in the lock file: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  /** In bytes, without nested packages. */
  readonly size: number;
}

/** Licenses that a package.json omits or does not name by an SPDX identifier, from the packages' license files. */
const knownLicenses: Readonly<Record<string, string>> = {
  "dejavu-fonts-ttf": "Bitstream-Vera", // DejaVu's changes are in the public domain
  "png-js": "MIT",
  "typed-function": "MIT",
};

/** The packages in the lock file. */
export class Packages {
  readonly manifest: Manifest;
  readonly #locked: Readonly<Record<string, Locked>>;

  constructor(readonly root: string) {
    this.manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    this.#locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  }

  /** A direct dependency, then all packages that it needs, each once; without packages for single platforms. */
  closure(name: string): Package[] {
    const packages = new Map<string, Package>();
    const visit = (path: string): void => {
      if (packages.has(path)) return;
      const locked = this.#locked[path];
      if (locked.os ?? locked.cpu) return;
      packages.set(path, this.#package(path));
      for (const dependency of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }))
        visit(this.#resolve(path, dependency));
    };
    visit(this.#resolve("", name));
    return [...packages.values()];
  }

  /** The packages that several direct dependencies need, each once. */
  all(names: readonly string[]): Package[] {
    const packages = names.flatMap((name) => this.closure(name));
    return [...new Map(packages.map((one) => [one.path, one])).values()];
  }

  /** The text of a package's file: the first of several names that exists. */
  text(name: string, ...files: readonly string[]): string {
    const folder = join(this.root, this.#resolve("", name));
    const file = files.map((one) => join(folder, one)).find((path) => existsSync(path));
    if (file === undefined) throw new Error(`${name} has none of ${files.join(", ")}`);
    return readFileSync(file, "utf8");
  }

  #package(path: string): Package {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const locked = this.#locked[path];
    const license = knownLicenses[name] ?? locked.license?.replace(/^\((.*)\)$/, "$1");
    return { ...locked, license, path, name, size: folderSize(join(this.root, path)) };
  }

  /** As Node resolves packages: the nearest node_modules that has it. */
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
