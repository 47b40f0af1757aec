import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { constants, Script } from "node:vm";
import { preProcessFile } from "typescript";

type Require = (name: string) => unknown;

/**
 * Packages that `require` cannot load: those that only `import` may load, and those that await something while they load. Cells are
 * compiled to `require`, so these packages are imported before the cell runs.
 */
export class EsModules {
  private readonly imported: Map<string, unknown> = new Map();
  private readonly require: NodeJS.Require = createRequire(join(process.cwd(), "cell.js"));
  /** Imports as a file of the project would. */
  private readonly import: (name: string) => Promise<unknown> = new Script("(name) => import(name)", {
    filename: join(process.cwd(), "cell.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();

  /** Makes the imported packages available to the code of cells. */
  install(): void {
    const { __tslab__: cells } = globalThis as unknown as { __tslab__: { require: Require } };
    const requireOfCells = cells.require;
    cells.require = (name) => this.imported.get(name) ?? requireOfCells(name);
  }

  /** Imports what a cell needs. A package that fails to load here fails again in the cell, which then reports the error. */
  async prepare(source: string): Promise<void> {
    const names = preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
    for (const name of names) {
      if (/^[./]/.test(name) || isBuiltin(name) || this.imported.has(name) || !this.isOnlyForImport(name))
        continue;
      await this.import(name).then(
        (module) => this.imported.set(name, asCompiled(module as Readonly<Record<string, unknown>>)),
        () => undefined,
      );
    }
  }

  private isOnlyForImport(name: string): boolean {
    try {
      return isEsModule(this.require.resolve(name));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
    }
  }
}

/**
 * A module in the form that compiled `import` statements expect: they read `default` only from an object that is marked as an ES
 * module.
 */
function asCompiled(module: Readonly<Record<string, unknown>>): object {
  const names = Object.keys(module);
  const live = names.map((name) => [name, { enumerable: true, get: () => module[name] }]);
  return Object.defineProperties({}, { ...Object.fromEntries(live), __esModule: { value: true } });
}

/** Whether Node treats a file as an ES module. */
function isEsModule(path: string): boolean {
  if (!path.endsWith(".js")) return path.endsWith(".mjs");
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).type === "module";
    } catch {
      // The package's folder is further up.
    }
  }
  return false;
}
