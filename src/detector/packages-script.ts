import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * A script for pages that defines the function `name`, which loads packages on its first call: `pnrEnglish().winkNlp`.
 *
 * @param packages by the keys of the function's result; their modules must be CommonJS or JSON
 * @param substitute returns the file that takes the place of a module, which may be the module itself; undefined for an empty module
 * @throws Error if a module requires a package other than its own
 */
export function packagesScript(
  name: string,
  packages: Readonly<Record<string, string>>,
  substitute: (file: string) => string | undefined,
): string {
  const numbers = new Map<string, number>();
  const modules: string[] = [];
  const add = (file: string): number => {
    const existingNumber = numbers.get(file);
    if (existingNumber !== undefined) return existingNumber;
    const number = numbers.size;
    numbers.set(file, number);
    modules[number] = moduleText(substitute(file), add);
    return number;
  };
  const keys = Object.entries(packages).map(
    ([key, target]) => `${JSON.stringify(key)}:load(${add(require.resolve(target))})`,
  );
  return `function ${name}() {
  var modules = [${modules.join(",\n")}];
  var loaded = [];
  function load(number) {
    if (!loaded[number]) {
      loaded[number] = { exports: {} };
      modules[number](loaded[number], loaded[number].exports, load);
    }
    return loaded[number].exports;
  }
  var packages = {${keys.join(",")}};
  ${name} = function () { return packages; };
  return packages;
}`;
}

/** A module as a function of `module`, `exports` and `require`, which takes a number. @param add numbers another module */
function moduleText(file: string | undefined, add: (file: string) => number): string {
  if (file === undefined) return "function(){}";
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".json")) return `function(module){module.exports=${text}}`;
  const numbered = text.replace(/require\(\s*(['"])([^'"]+)\1\s*\)/g, (call, _, target: string) => {
    if (target.startsWith(".")) return `require(${add(require.resolve(resolve(dirname(file), target)))})`;
    // A comment shows how to load the package itself.
    if (file.includes(`/${target}/`)) return call;
    throw new Error(`${file} requires ${target}, which pages do not contain`);
  });
  return `function(module,exports,require){${numbered}\n}`;
}
