// Loaded before every test file.
import fs from "node:fs";
import * as fc from "fast-check";

// npm test uses the same seed in every run, so that only a change can cause a new failure. PNR_FUZZ_SEED sets another seed.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PNR_FUZZ_SEED ?? 1) });

// The power stays on while tests run, so they need not wait until the disk has stored a file.
fs.fsyncSync = () => undefined;
