#!/usr/bin/env node
"use strict";
// The command exists before the first build, so that `npx pnr` can say what is missing.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const main = join(__dirname, "..", "..", "dist", "src", "cli", "main.js");
if (existsSync(main)) {
  // Node 22 and newer store the compiled code, so that the next command starts faster.
  require("node:module").enableCompileCache?.();
  require(main);
} else {
  console.error("pnr is not built yet. Run `npm run setup` (installs and builds) or `npm start` once.");
  process.exitCode = 2;
}
