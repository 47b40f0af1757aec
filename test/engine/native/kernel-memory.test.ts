import assert from "node:assert/strict";
import { it } from "node:test";
import { KernelMemory } from "../../../src/engine/native/kernel-memory";
import { prepareWasm } from "../../../src/engine/wasm/start";

const bytes = 4 * 100;
const values = (value: number): Float32Array => new Float32Array(100).fill(value);

it("drops what lies elsewhere too, the longest kept first, and nothing that lies here alone", async () => {
  const { backend } = await prepareWasm();
  const memory = new KernelMemory(backend);
  const ids = [{}, {}, {}, {}];
  for (const [i, id] of ids.entries()) memory.put(id, values(i), [100], "float32");
  memory.markOnly(ids[0]);
  memory.trim(2 * bytes);
  assert.deepEqual(
    ids.map((id) => memory.has(id)),
    [true, false, true, true],
  );
  memory.trim(0);
  assert.deepEqual(
    ids.map((id) => memory.has(id)),
    [true, false, false, false],
  );
  assert.deepEqual(memory.read(ids[0]), values(0));
  memory.markSpare(ids[0], bytes);
  memory.trim(0);
  assert.ok(!memory.has(ids[0]));
});

it("keeps a shared place as long as one of its tensors is there", async () => {
  const { backend } = await prepareWasm();
  const memory = new KernelMemory(backend);
  const before = backend.numDataIds();
  const [first, second] = [{}, {}];
  memory.put(first, values(7), [100], "float32");
  memory.share(first, second);
  assert.deepEqual([memory.sharers(first), memory.sharers({})], [2, 0]);
  memory.drop(first);
  assert.deepEqual(memory.read(second), values(7));
  memory.drop(second);
  assert.equal(backend.numDataIds(), before);
});
