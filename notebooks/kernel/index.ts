// What the command line uses of the kernel. Only `src/cli` imports it, when a command needs it: an installation can lack the kernel's
// packages.
export { registerKernel } from "./kernelspec";
export { type LabOptions, openLab } from "./lab";
