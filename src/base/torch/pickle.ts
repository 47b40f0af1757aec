// cspell:ignore binfloat binget binint binpersid binput binunicode newfalse newtrue setitem setitems
import { InputError, show } from "../errors";

/** The storage of a tensor: its type, e.g. "FloatStorage", its name in the file and its number of elements. */
export interface TorchStorage {
  readonly type: string;
  readonly key: string;
  readonly length: number;
}

/** A tensor as a PyTorch file describes it: a view of a storage. Offset and strides count elements. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** A function or class that the file names. It is never called; the reader imitates the few that it supports. */
class Named {
  constructor(readonly name: string) {}
}

/** A value in a file of tensors. Tuples become lists; dictionaries of all kinds become maps. */
export type PickleValue =
  | string
  | number
  | boolean
  | null
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Named
  | TorchStorage
  | TorchTensor;

const mark = Symbol("mark");

/** The supported opcodes, by their names in Python's module pickle. */
const opcodes = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  BINFLOAT: 0x47,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  SHORT_BINUNICODE: 0x8c,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const;

/** The values that the opcodes of constants push. */
const constants: ReadonlyMap<number, () => PickleValue> = new Map<number, () => PickleValue>([
  [opcodes.NONE, () => null],
  [opcodes.NEWTRUE, () => true],
  [opcodes.NEWFALSE, () => false],
  [opcodes.EMPTY_TUPLE, () => []],
  [opcodes.EMPTY_LIST, () => []],
  [opcodes.EMPTY_DICT, () => new Map()],
]);

/**
 * Reads a pickle of tensors and plain values. Supports the opcodes of protocols 2 to 4 that such a pickle needs. A pickle is a program
 * that can call anything; this reader only creates lists, dictionaries and descriptions of tensors.
 */
export class Pickle {
  /** Offset of the pickle's end, in bytes. */
  end: number;
  private readonly bytes: Buffer;
  private readonly source: string;
  private readonly stack: (PickleValue | typeof mark)[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(bytes: Buffer, source: string, start = 0) {
    this.bytes = bytes;
    this.source = source;
    this.end = start;
  }

  /** @throws InputError when the pickle is truncated, damaged, or uses anything unsupported */
  read(): PickleValue {
    for (;;) {
      const code = this.take(1)[0];
      if (code === opcodes.STOP) return this.pop();
      this.execute(code);
    }
  }

  private execute(code: number): void {
    const constant = constants.get(code);
    const operation = this.operations.get(code);
    if (constant) this.stack.push(constant());
    else if (operation) operation();
    else throw this.error(`has the opcode 0x${code.toString(16)}`);
  }

  /** The actions of opcodes, by their names in Python's module pickle. */
  private readonly operations: ReadonlyMap<number, () => unknown> = new Map<number, () => unknown>([
    // Collections
    [opcodes.MARK, () => this.stack.push(mark)],
    [opcodes.TUPLE, () => this.stack.push(this.popToMark())],
    [opcodes.LIST, () => this.stack.push(this.popToMark())],
    [opcodes.TUPLE1, () => this.stack.push(this.popMany(1))],
    [opcodes.TUPLE2, () => this.stack.push(this.popMany(2))],
    [opcodes.TUPLE3, () => this.stack.push(this.popMany(3))],
    [opcodes.APPEND, () => this.append([this.pop()])],
    [opcodes.APPENDS, () => this.append(this.popToMark())],
    [opcodes.SETITEM, () => this.assign(this.popMany(2))],
    [opcodes.SETITEMS, () => this.assign(this.popToMark())],
    // Texts and numbers
    [opcodes.BINUNICODE, () => this.stack.push(this.text(this.take(4).readUInt32LE()))],
    [opcodes.SHORT_BINUNICODE, () => this.stack.push(this.text(this.take(1)[0]))],
    [opcodes.BININT, () => this.stack.push(this.take(4).readInt32LE())],
    [opcodes.BININT1, () => this.stack.push(this.take(1)[0])],
    [opcodes.BININT2, () => this.stack.push(this.take(2).readUInt16LE())],
    [opcodes.LONG1, () => this.stack.push(this.long(this.take(1)[0]))],
    [opcodes.BINFLOAT, () => this.stack.push(this.take(8).readDoubleBE())],
    // Values that occur more than once
    [opcodes.BINPUT, () => this.memo.set(this.take(1)[0], this.top())],
    [opcodes.LONG_BINPUT, () => this.memo.set(this.take(4).readUInt32LE(), this.top())],
    [opcodes.MEMOIZE, () => this.memo.set(this.memo.size, this.top())],
    [opcodes.BINGET, () => this.recall(this.take(1)[0])],
    [opcodes.LONG_BINGET, () => this.recall(this.take(4).readUInt32LE())],
    // Objects
    [opcodes.GLOBAL, () => this.stack.push(new Named(`${this.line()}.${this.line()}`))],
    [opcodes.STACK_GLOBAL, () => this.stack.push(this.named(this.popMany(2)))],
    [opcodes.BINPERSID, () => this.stack.push(this.storage(this.pop()))],
    [opcodes.REDUCE, () => this.stack.push(this.call(this.popMany(2)))],
    // Ignores the state of an object; dictionaries of tensors store module versions there.
    [opcodes.BUILD, () => this.pop()],
    // Framing
    [opcodes.PROTO, () => this.take(1)],
    [opcodes.FRAME, () => this.take(8)],
  ]);

  private named(names: readonly PickleValue[]): Named {
    if (names.every((name) => typeof name === "string")) return new Named(names.join("."));
    throw this.error("has a name that is not text");
  }

  private call([callee, args]: readonly PickleValue[]): PickleValue {
    const name = nameOf(callee);
    const values = Array.isArray(args) ? args : [];
    if (name === "collections.OrderedDict" && values.length === 0) return new Map();
    if (name === "torch._utils._rebuild_parameter" && values[0] instanceof TorchTensor) return values[0];
    if (name === "torch._utils._rebuild_tensor_v2") return this.tensor(values);
    throw this.error(`calls ${name}`);
  }

  private tensor([storage, offset, shape, strides]: readonly PickleValue[]): TorchTensor {
    const whole = (value: PickleValue): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
    const list = (value: PickleValue): value is number[] => Array.isArray(value) && value.every(whole);
    const isView = isStorage(storage) && whole(offset) && list(shape) && list(strides);
    if (!isView || shape.length !== strides.length) throw this.error("describes a tensor with wrong values");
    return new TorchTensor(storage, offset, shape, strides);
  }

  private storage(id: PickleValue): TorchStorage {
    const [kind, type, key, , length] = Array.isArray(id) ? id : [];
    const isNamed = type instanceof Named && type.name.startsWith("torch.");
    if (kind !== "storage" || !isNamed || typeof key !== "string" || !Number.isSafeInteger(length)) {
      throw this.error("refers to something other than a tensor");
    }
    return { type: type.name.slice("torch.".length), key, length: Number(length) };
  }

  private append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.error("appends to something other than a list");
    for (const item of items) list.push(item);
  }

  private assign(items: readonly PickleValue[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2)
      throw this.error("sets a key of something other than a dictionary");
    for (let index = 0; index < items.length; index += 2) map.set(items[index], items[index + 1]);
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.error("recalls a value that it has not stored");
    this.stack.push(value);
  }

  private top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined || value === mark) throw this.error("takes a value from an empty stack");
    return value as PickleValue;
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  private popToMark(): PickleValue[] {
    const markIndex = this.stack.lastIndexOf(mark);
    if (markIndex < 0) throw this.error("takes values up to a missing mark");
    const values = this.stack.splice(markIndex);
    return values.slice(1) as PickleValue[];
  }

  private take(count: number): Buffer {
    const from = this.end;
    if (from + count > this.bytes.length) throw this.error("is cut short");
    this.end += count;
    return this.bytes.subarray(from, this.end);
  }

  private text(length: number): string {
    return this.take(length).toString("utf8");
  }

  private line(): string {
    const end = this.bytes.indexOf("\n", this.end);
    if (end < 0) throw this.error("is cut short");
    const text = this.text(end - this.end);
    this.end++;
    return text;
  }

  /** An integer of up to 255 bytes. It may lose precision; only the magic number is larger than a safe integer. */
  private long(length: number): number {
    let value = 0n;
    for (const byte of [...this.take(length)].reverse()) value = value * 256n + BigInt(byte);
    return Number(BigInt.asIntN(8 * length, value));
  }

  private error(problem: string): InputError {
    return new InputError(
      `${this.source}: ${problem} (byte ${this.end}): only PyTorch files of plain tensors are read; convert it to safetensors`,
    );
  }
}

/** A short name of what the pickle calls. Does not print objects: lists may contain themselves. */
function nameOf(callee: PickleValue | undefined): string {
  if (callee instanceof Named) return callee.name;
  return typeof callee === "object" && callee !== null ? "an object that is not a function" : show(callee);
}

function isStorage(value: PickleValue): value is TorchStorage {
  const isRecord = typeof value === "object" && value !== null && "key" in value;
  return isRecord && !(value instanceof Named) && !(value instanceof TorchTensor);
}
