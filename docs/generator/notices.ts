import { type Package, Packages } from "./packages";

const widgets =
  "dist/widgets/browser.bundle.mjs and view.bundle.js, and so web pages and notebooks that the widgets write";

/** Other people's code that lies in a file which this project distributes, or that a page it writes contains. */
export const contained: readonly (readonly [name: string, where: string])[] = [
  ["plotly.js-cartesian-dist-min", "web pages and notebooks that the widgets write"],
  ["apache-arrow", widgets],
  ["flatbuffers", widgets],
  ["tslib", widgets],
  ["@tensorflow/tfjs-core", "dist/src/engine/tfjs-gradients.bundle.js"],
];

/** The page of other people's notices: `THIRD-PARTY-NOTICES.md`. */
export function noticesPage(root: string): string {
  const packages = new Packages(root);
  return [
    "# Third-party notices",
    "",
    "<!-- Made by `npm run docs`; a test holds it equal to the packages' own files, and the list to what the bundles contain. -->",
    "",
    "PnR is licensed under the Apache License 2.0 (LICENSE). Files that are distributed with it, and pages that it writes, contain",
    "code of the projects below. What it only depends on comes with notices of its own; docs/dependencies.md lists that. The fonts",
    "in pictures are such a dependency: a PNG holds shapes of their letters, no font.",
    ...contained.flatMap(([name, where]) => notice(packages, packages.closure(name)[0], where)),
  ].join("\n");
}

function notice(packages: Packages, { name, version, license }: Package, where: string): string[] {
  const quoted = (text: string): string[] => ["", "```", text.trim(), "```"];
  const apache = license === "Apache-2.0";
  return [
    "",
    `## ${name} ${version} (${license})`,
    "",
    `In ${where}.`,
    ...(apache ? ["The licence's text is that of the file LICENSE."] : []),
    ...(name === "@tensorflow/tfjs-core"
      ? ["Copyright 2017–2023 Google LLC; each file's own notice is kept in the bundle."]
      : []),
    ...(name === "apache-arrow" ? quoted(packages.text(name, "NOTICE.txt")) : []),
    ...(apache ? [] : quoted(packages.text(name, "LICENSE", "LICENSE.txt"))),
    ...(name === "plotly.js-cartesian-dist-min"
      ? ["", "Its authors bundle further libraries into it; their notices are in its repository."]
      : []),
    "",
  ].slice(0, -1);
}
