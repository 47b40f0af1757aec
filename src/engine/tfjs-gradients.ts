// tfjs-core comes without the gradients of its operations: in CommonJS only the union package registers them (into
// the global registry that every tfjs package shares; 80 ms). Nothing else is taken from it.
import "@tensorflow/tfjs";
