// tfjs-core's CommonJS comes without the gradients of its operations, and its modules that hold them cannot be loaded one by
// one in Node. The union package @tensorflow/tfjs has them, with 250 MB of what is not used here; so the set-up step bundles
// those modules. They register in the global engine that every copy of tfjs shares.
require("./tfjs-gradients.bundle.js");

export {};
