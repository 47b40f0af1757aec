// The part of the kernel that the command line uses. Only `src/cli` imports it, when a command needs it, because an installation
// may lack the kernel's packages.
export { registerKernel } from "./kernelspec";
export { type LabOptions, openLab } from "./lab";
