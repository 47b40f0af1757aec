import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The notices that go with every page and notebook that contains plotly and the widgets' browser code. */
export function runtimeNotice(): string {
  const plotly = join(require.resolve("plotly.js-cartesian-dist-min/package.json"), "../LICENSE");
  return `/*!
This script contains PnR, Apache Arrow and FlatBuffers (Apache License 2.0), tslib (0BSD, Microsoft) and plotly.js; the package pnr
holds their notices (THIRD-PARTY-NOTICES.md). Of plotly.js:

${readFileSync(plotly, "utf8").trim()}
*/
`;
}
