import { licenceCounts } from "./licences";
import { type Package, Packages } from "./packages";
import { reasons } from "./reasons";

/** The page that tells every direct dependency with its size, licence and reason: `docs/dependencies.md`. */
export function dependenciesPage(root: string): string {
  const packages = new Packages(root);
  const { dependencies, peerDependencies, devDependencies } = packages.manifest;
  const own = Object.keys(dependencies);
  const peers = Object.keys(peerDependencies);
  const development = Object.keys(devDependencies).filter((name) => name !== "pnr" && !peers.includes(name));
  const installed = packages.all(own);
  return [
    "# Dependencies",
    "",
    "<!-- Made by `npm run docs` from package.json, package-lock.json and node_modules; a test holds it equal to them. -->",
    "",
    `\`npm install pnr\` brings ${installed.length} packages of ${megabytes(installed)} MB, and one of 4 MB with resvg's library for the`,
    "platform. None has an install script, so it works with and without `--ignore-scripts`, and needs nothing but the registry.",
    `Their licences: ${licenceCounts(installed)}.`,
    "",
    "Sizes are in MB as installed: of the package itself, and of it with all that it brings, which others may bring as well. A test",
    "refuses a licence that is not on a list (`docs/generator/licences.ts`), an install script, and a dependency without a reason here.",
    "Versions are exact, because a run's numbers depend on them.",
    "",
    ...table(packages, own),
    "",
    "## Optional",
    "",
    "Peer dependencies that npm leaves out unless they are asked for:",
    "",
    ...table(packages, peers),
    "",
    "`@tensorflow/tfjs-node-gpu` has an install script that fetches a binary and throws where its host does not answer. As an",
    "`optionalDependency` npm forgives that, but says nothing, takes 42 to 109 s instead of 22 s (a busy machine, no way to that host),",
    "and takes the package away again, so that the engine `tensorflow` cannot be built from it either. As an optional peer it costs nothing",
    "until someone runs `npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0` and `npx pnr engine --tensorflow`, which fetches or builds the binary.",
    "",
    "## Development",
    "",
    "What the repository needs besides: the notebooks and their kernel, which are not part of the package, build, checks and tests.",
    "",
    ...table(packages, development),
    "",
    "danfojs-node asks for an old tfjs-node and for xlsx by an address; the `overrides` in package.json give it the registry's tfjs and",
    "xlsx 0.18.5. That version has known advisories (CVE-2023-30533, CVE-2024-22363) in reading spreadsheets, which nothing here does.",
    "Overrides do not reach those who install the package, so danfojs-node is no dependency of it: tables are plain records,",
    "which its `DataFrame` and others take.",
    "",
    "## Left out",
    "",
    "- `@tensorflow/tfjs` (69 packages, 283 MB) was there for the gradients of tfjs-core alone. The build bundles these (140 kB) from tfjs-core.",
    "- `@embedpdf/fonts-sc` and `danfojs-node`, see above.",
    "",
    "Not worth its size, but kept: `dejavu-fonts-ttf`, of whose 12 MB four files of 2 MB are used; a package of these four alone was not",
    "found. And `plotly.js-dist`: the pictures might do with the build that the pages have, 11 MB less.",
    "",
  ].join("\n");
}

function table(packages: Packages, names: readonly string[]): string[] {
  return [
    "| package | version | licence | MB | with all it brings | what for |",
    "|---|---|---|---:|---:|---|",
    ...names.map((name) => {
      const closure = packages.closure(name);
      const [{ version, license }] = closure;
      const brings = closure.length > 1 ? `${megabytes(closure)} (${closure.length} packages)` : "";
      return `| \`${name}\` | ${version} | ${license} | ${megabytes(closure.slice(0, 1))} | ${brings} | ${reasons[name] ?? ""} |`;
    }),
  ];
}

function megabytes(packages: readonly Package[]): string {
  const size = packages.reduce((sum, one) => sum + one.size, 0) / 1e6;
  return size < 0.1 ? "< 0.1" : size.toFixed(size < 10 ? 1 : 0);
}
