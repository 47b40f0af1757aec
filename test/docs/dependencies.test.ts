import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { dependenciesPage } from "../../docs/generator/dependencies-page";
import { reasons } from "../../docs/generator/dependency-reasons";
import { contained, noticesPage } from "../../docs/generator/notices-page";
import { Packages } from "../../docs/generator/packages";

/** Licenses that we accept for dependencies. They only require users to keep the notices. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "Bitstream-Vera",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0", // covers changes to its own files, and we change none
  "OFL-1.1", // for fonts
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
]);

/** Licenses that we also accept for development tools, which we do not distribute: cspell's dictionaries have them. */
const allowedInDevelopment = new Set(["CC BY-SA 4.0", "WTFPL"]);

/** Whether we accept a package with this SPDX expression (without brackets). */
function isAllowed(license: string | undefined, use: "distributed" | "development"): boolean {
  if (license === undefined) return false;
  const accepts = (name: string): boolean =>
    allowed.has(name) || (use === "development" && allowedInDevelopment.has(name));
  return license.split(" OR ").some((choice) => choice.split(" AND ").every(accepts));
}

const root = join(__dirname, "../../..");
const packages = new Packages(root);
const { dependencies, optionalDependencies, peerDependencies, devDependencies } = packages.manifest;
const versionsOf = { ...dependencies, ...optionalDependencies, ...peerDependencies, ...devDependencies };
const direct = Object.keys(versionsOf).filter((name) => name !== "pnr");
const installed = packages.all(Object.keys({ ...dependencies, ...optionalDependencies }));

test("docs/dependencies.md and the notices match the installed packages", () => {
  assert.equal(readFileSync(join(root, "docs/dependencies.md"), "utf8"), dependenciesPage(root));
  assert.equal(readFileSync(join(root, "THIRD-PARTY-NOTICES.md"), "utf8"), noticesPage(root));
});

test("every direct dependency has a reason and an exact version, and every reason a dependency", () => {
  assert.deepEqual(Object.keys(reasons).sort(), [...direct].sort());
  const versions = Object.values(versionsOf);
  assert.deepEqual(
    versions.filter((version) => !/^(npm:.*@)?\d+\.\d+\.\d+$/.test(version)),
    ["file:."],
  );
});

test("of the packages that users install, one has an install script, and npm may leave it out", () => {
  assert.ok(installed.length > 50, `${installed.length} packages`);
  const scripts = installed.filter(({ hasInstallScript }) => hasInstallScript);
  assert.deepEqual(
    scripts.map(({ name }) => name),
    ["zeromq"],
  );
  assert.ok("zeromq" in optionalDependencies);
});

test("we accept the license of every package", () => {
  const shipped = packages.all(
    Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
  );
  const names = new Set(shipped.map(({ name }) => name));
  const tools = packages.all(direct).filter(({ name }) => !names.has(name));
  const rejected = [
    ...shipped.filter(({ license }) => !isAllowed(license, "distributed")),
    ...tools.filter(({ license }) => !isAllowed(license, "development")),
  ];
  assert.deepEqual(
    rejected.map(({ name, license }) => `${name}: ${license}`),
    [],
  );
});

test("an expression is allowed if all its licenses are, or one of its alternatives", () => {
  for (const license of ["MIT", "MIT AND MPL-2.0", "GPL-3.0 OR MIT"])
    assert.ok(isAllowed(license, "distributed"), license);
  for (const license of ["GPL-3.0", "MIT AND GPL-3.0", "UNLICENSED", "WTFPL", undefined])
    assert.ok(!isAllowed(license, "distributed"), license);
  assert.ok(isAllowed("MIT AND WTFPL", "development"));
  assert.ok(!isAllowed("GPL-3.0", "development"));
});

test("everything in the bundles has a notice", async () => {
  const { metafile } = await build({
    entryPoints: [join(root, "widgets/view.ts"), join(root, "widgets/browser.ts")],
    external: ["*/cell.js"], // pages do not contain it
    outdir: "out",
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    absWorkingDir: root,
  });
  const bundled = new Set(
    Object.keys(metafile.inputs).flatMap(
      (file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [],
    ),
  );
  const noticed = contained.flatMap(([name, where]) => (where.includes("dist/widgets/") ? [name] : []));
  assert.deepEqual([...bundled].sort(), noticed.sort());
});
