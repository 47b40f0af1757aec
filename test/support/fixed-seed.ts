import * as fc from "fast-check";

// Loaded before every test file. npm test uses the same seed in every run, so that only a change can cause a new failure.
// PNR_FUZZ_SEED sets another seed.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PNR_FUZZ_SEED ?? 1) });
