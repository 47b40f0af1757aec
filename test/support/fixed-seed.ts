import * as fc from "fast-check";

// Loaded before every test file. What npm test tries is the same in every run, so that a failure is the fault of a change;
// PNR_FUZZ_SEED tries something else.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PNR_FUZZ_SEED ?? 1) });
