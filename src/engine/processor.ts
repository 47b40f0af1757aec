import { cpus } from "node:os";

/** The processor's name: libraries compute differently, or not at all, on another. */
export const processor: string = cpus()[0]?.model.trim() || process.arch;
