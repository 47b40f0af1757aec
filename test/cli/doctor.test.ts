import assert from "node:assert/strict";
import { test } from "node:test";
import { compileOpenBlas, needsCompiler } from "../support/blas";
import { testFolder } from "../support/folders";
import { pnr } from "./pnr";

const folder = testFolder("doctor");
const withoutGpu = { CUDA_VISIBLE_DEVICES: "-1" };

test(
  "doctor names the BLAS library, its file and core type, what it brings, and that a run takes it",
  needsCompiler,
  async () => {
    const library = compileOpenBlas(folder, "9.1.0");
    const env = { ...withoutGpu, PNR_BLAS: library, PNR_ENGINE_FOLDER: folder };
    const json = JSON.parse((await pnr(["doctor", "--json"], { env })).stdout);
    const { path, name, version, core, product, gigaflops } = json.blas;
    assert.deepEqual([path, name, version, core], [library, "OpenBLAS", "9.1.0", "Generic"]);
    assert.deepEqual(product, [256, 768, 768]);
    assert.ok(gigaflops.blas > 0 && gigaflops.wasm > 0);
    assert.equal(json.chosen.name, "blas");
    const { stdout } = await pnr(["doctor"], { env });
    assert.ok(stdout.includes(`library: OpenBLAS 9.1.0, kernels for Generic, ${library}\n`), stdout);
    assert.match(stdout, /^ +matrix product 256×768×768: [\d.]+ GFLOP\/s, with the kernel of wasm [\d.]+$/m);
    assert.match(stdout, /^Default engine: blas, /m);
  },
);

test("doctor prints how to get a BLAS if the machine has none", async () => {
  const { stdout } = await pnr(["doctor"], { env: { ...withoutGpu, PNR_BLAS: "none" } });
  assert.match(stdout, /^blas +cannot run: PNR_BLAS=none switches it off\n +→ unset PNR_BLAS$/m);
  assert.doesNotMatch(stdout, /GFLOP/);
  assert.match(stdout, /^Default engine: wasm, /m);
});
