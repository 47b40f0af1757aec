// Entry of the kernels' module: leaf functions on raw addresses of the memory that tfjs's own module owns. They
// allocate nothing and hold no data, so that both modules share one memory.
export { multiply, multiplyScratch } from "./product";
export { gruBackward, gruForward, gruScratch } from "./gru";
export { gatherRows, scatterRows, sumOfSquares, sumRows } from "./rows";
export { adamW } from "./adam-w";
