#!/usr/bin/env node
"use strict";
// The command exists before the first build, so that `npx pnr` can say what is missing.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const main = join(__dirname, "..", "..", "dist", "src", "cli", "main.js");
if (existsSync(main)) {
  require(main);
} else {
  console.error("pnr is not built yet. Run `npm run setup` (installs and builds) or `npm start` once.");
  process.exitCode = 2;
}
