import type * as tf from "@tensorflow/tfjs-core";
import type { Attribute, Made, SharedBackend } from "./shared-backend";

/**
 * TensorFlow's operations on the binding's own numbers of tensors: what lies between the operations of a kernel is no tensor
 * of tfjs, which takes longer to make than some operations to run. Whoever asks for an operation frees what it makes.
 */
export class Operations {
  private readonly float32: Attribute;

  constructor(private readonly backend: SharedBackend) {
    const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
    this.float32 = { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT };
  }

  /** The binding's numbers of tensors. They stay the tensors' own. */
  numbers(...tensors: readonly tf.TensorInfo[]): number[] {
    return this.backend.getInputTensorIds(tensors);
  }

  /** What was made, as a tensor of tfjs, which frees it from then on. */
  tensor(made: Made): tf.TensorInfo {
    return this.backend.createOutputTensor(made);
  }

  free(...made: readonly Made[]): void {
    for (const { id } of made) this.backend.binding.deleteTensor(id);
  }

  /** [rows, depth] · [depth, columns] of 32-bit floats, either side transposed. */
  multiply(left: number, right: number, transposeLeft: boolean, transposeRight: boolean): Made {
    return this.run(
      "MatMul",
      [this.float32, this.flag("transpose_a", transposeLeft), this.flag("transpose_b", transposeRight)],
      left,
      right,
    );
  }

  /** [rows, columns] + [columns] */
  addBias(rows: number, bias: number): Made {
    return this.run("BiasAdd", [this.float32], rows, bias);
  }

  /** [rows, columns] → [columns] */
  sumOfRows(rows: number): Made {
    return this.run("BiasAddGrad", [this.float32], rows);
  }

  /** @param type of the numbers, as libtensorflow counts types */
  sum(x: number, axis: number, type: number, keepDims: boolean): Made {
    const { binding } = this.backend;
    const axes = binding.createTensor([1], binding.TF_INT32, Int32Array.of(axis));
    const attributes = [
      this.flag("keep_dims", keepDims),
      this.type("T", type),
      this.type("Tidx", binding.TF_INT32),
    ];
    const result = this.run("Sum", attributes, x, axes);
    binding.deleteTensor(axes);
    return result;
  }

  reshape(x: number, shape: readonly number[]): Made {
    const { binding } = this.backend;
    const target = binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape));
    const result = this.run("Reshape", [this.float32, this.type("Tshape", binding.TF_INT32)], x, target);
    binding.deleteTensor(target);
    return result;
  }

  run(name: string, attributes: readonly Attribute[], ...inputs: readonly number[]): Made {
    return this.backend.binding.executeOp(name, attributes, inputs, 1)[0];
  }

  type(name: string, value: number): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_TYPE, value };
  }

  flag(name: string, value: boolean): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_BOOL, value };
  }
}
