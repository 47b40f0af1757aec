import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { addressOf, asStored, bindSgemm, rowMajor, transposed } from "../../../src/engine/blas/bind";
import { candidates } from "../../../src/engine/blas/blas-paths";
import { findBlas } from "../../../src/engine/blas/find";
import { type BlasLibrary, describeBlas, kernelChoiceFor } from "../../../src/engine/blas/library";
import { EngineFailure } from "../../../src/engine/engine-failure";
import { compileBlas, type LibrarySource, multiply, needsCompiler, needsKoffi } from "../../support/blas";

const folder = mkdtempSync(join(tmpdir(), "pnr-blas-"));
after(() => rmSync(folder, { recursive: true }));
process.env.PNR_ENGINE_FOLDER = join(folder, "engine");

const compile = (name: string, body: string, source: Omit<LibrarySource, "body"> = {}): string =>
  compileBlas(folder, name, { ...source, body });

async function findAt(path: string): Promise<BlasLibrary> {
  process.env.PNR_BLAS = path;
  try {
    return await findBlas();
  } finally {
    delete process.env.PNR_BLAS;
  }
}

const assertRejected = (path: string, message: RegExp): Promise<void> =>
  assert.rejects(findAt(path), { name: "InputError", message });

test("accepts a library that multiplies correctly, in place in shared memory", needsCompiler, async () => {
  const library = await findAt(compile("plain", multiply));
  assert.deepEqual([library.name, library.symbol, library.integerBits], ["BLAS", "cblas_sgemm", 32]);
  const sgemm = bindSgemm(library);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const a = new Float32Array(memory.buffer, 64, 4);
  const b = new Float32Array(memory.buffer, 128, 4);
  const c = new Float32Array(memory.buffer, 256, 4);
  a.set([1, 2, 3, 4]);
  b.set([5, 6, 7, 8]);
  sgemm(rowMajor, asStored, transposed, 2, 2, 2, 1, addressOf(a), 2, addressOf(b), 2, 0, addressOf(c), 2);
  assert.deepEqual([...new Float32Array(memory.buffer, 256, 4)], [17, 23, 39, 53]);
});

test("recognizes libraries with 64-bit integers and their symbol names", needsCompiler, async () => {
  const body = `if (m < 0 || m > 1000 || ldc > 1000) abort(); ${multiply}`;
  for (const symbol of ["scipy_cblas_sgemm64_", "cblas_sgemm64_", "cblas_sgemm_64"]) {
    const library = await findAt(compile(symbol, body, { symbol, int: "int64_t" }));
    assert.deepEqual([library.symbol, library.integerBits], [symbol, 64]);
  }
  const preamble = 'const char* openblas_get_config(void) { return "OpenBLAS 9.8.7 USE64BITINT"; }';
  const library = await findAt(compile("plain64", body, { int: "int64_t", preamble }));
  assert.deepEqual(
    [library.name, library.version, library.symbol, library.integerBits],
    ["OpenBLAS", "9.8.7", "cblas_sgemm", 64],
  );
});

test("rejects a file that is not a library, and one that is missing", needsKoffi, async () => {
  const text = join(folder, "text.so");
  writeFileSync(text, "not a library");
  await assertRejected(text, /^PNR_BLAS is .*text\.so: .* does not load: /);
  await assertRejected(join(folder, "missing.so"), /missing\.so does not load: /);
});

test("rejects broken libraries without crashing this process", needsCompiler, async () => {
  await assertRejected(compile("other", "", { symbol: "another" }), /has no cblas_sgemm/);
  await assertRejected(
    compile("wrong", `${multiply} if (m == 17) c[ldc + 1] += 0.01f;`),
    /its product of 17×33×29 has/,
  );
  await assertRejected(
    compile("outside", `${multiply} if (ldc > n) c[n] = 0;`),
    /its product of 1×1×1 has 0 instead of 123\.5/,
  );
  await assertRejected(compile("beta", `beta = 0; ${multiply}`), /its product of/);
  await assertRejected(compile("crash", "abort();"), /ended with SIGABRT/);
  const atExit = "__attribute__((destructor)) static void end(void) { abort(); }";
  await assertRejected(compile("exit", multiply, { preamble: atExit }), /ended with SIGABRT/);
  const openMp =
    'const char* openblas_get_config(void) { return "OpenBLAS 0.3.21"; } int openblas_get_parallel(void) { return 2; }';
  await assertRejected(compile("openmp", multiply, { preamble: openMp }), /built on OpenMP/);
});

test("rejects a library that fails only in a second thread", needsCompiler, async () => {
  const preamble = "static __thread int id; static int threads; ";
  const body = `if (!id) id = __sync_add_and_fetch(&threads, 1); if (id > 1) c[0] = 7; else ${multiply}`;
  await assertRejected(compile("thread", body, { preamble }), /its product of/);
});

test("caches the outcome of a trial until the file changes", needsCompiler, async () => {
  const countOutcomes = (): number =>
    readdirSync(join(folder, "engine"), { recursive: true }).filter((name) => String(name).endsWith(".json"))
      .length;
  const path = compile("cached", multiply);
  const library = await findAt(path);
  const count = countOutcomes();
  assert.deepEqual(await findAt(path), library);
  assert.equal(countOutcomes(), count);
  copyFileSync(compile("cached-broken", "abort();"), path);
  utimesSync(path, 1, 1);
  await assertRejected(path, /SIGABRT/);
});

test("does not search with PNR_BLAS=none", async () => {
  await assert.rejects(
    findAt("none"),
    (error: unknown) => error instanceof EngineFailure && /none/.test(error.reason),
  );
});

test("searches the loader's path, numpy's libraries and the library that pnr engine has fetched", {
  skip: process.platform === "linux" ? false : "only on Linux",
}, async () => {
  const system = join(folder, "system");
  const numpy = join(folder, "env/lib/python3.11/site-packages/numpy.libs");
  const fetched = join(
    process.env.PNR_ENGINE_FOLDER as string,
    `${process.platform}-${process.arch}`,
    "blas/library",
  );
  for (const path of [system, numpy, fetched]) mkdirSync(path, { recursive: true });
  writeFileSync(join(system, "libopenblas.so.0"), "");
  writeFileSync(join(numpy, "libscipy_openblas64_-1.so"), "");
  writeFileSync(join(fetched, "libscipy_openblas64_-2.so"), "");
  for (const path of [numpy, fetched]) writeFileSync(join(path, "libgfortran.so"), "");
  const script = `const { candidates } = require(${JSON.stringify(require.resolve("../../../src/engine/blas/blas-paths"))}); console.log(JSON.stringify([...candidates()]))`;
  const env = { ...process.env, LD_LIBRARY_PATH: system, VIRTUAL_ENV: join(folder, "env") };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
  const paths: string[] = JSON.parse(stdout);
  assert.equal(paths[0], join(system, "libopenblas.so.0"));
  assert.ok(paths.indexOf(join(numpy, "libscipy_openblas64_-1.so")) > 0);
  assert.ok(!paths.some((path) => path.includes("gfortran")));
  assert.equal(paths.at(-1), join(fetched, "libscipy_openblas64_-2.so"));
  assert.ok([...candidates()].every((path) => path === paths.at(-1) || !path.startsWith(folder)));
});

test("describes a library by its name, its version and its core type or the processor", () => {
  const library: BlasLibrary = {
    path: "/x",
    name: "OpenBLAS",
    version: "0.3.21",
    core: "SkylakeX",
    symbol: "cblas_sgemm",
    integerBits: 32,
  };
  assert.equal(describeBlas(library), "OpenBLAS 0.3.21 SkylakeX");
  assert.match(describeBlas({ ...library, core: "" }), /^OpenBLAS 0\.3\.21 ./);
});

test("names the variable that gives OpenBLAS the kernels of another engine, if both are one version", () => {
  const here = "blas OpenBLAS 0.3.21 SkylakeX";
  assert.equal(kernelChoiceFor("blas OpenBLAS 0.3.21 Zen", here), "OPENBLAS_CORETYPE=Zen");
  for (const there of [here, "blas OpenBLAS 0.3.29 Zen", "blas MKL 0.3.21 Zen", "wasm", "blas"])
    assert.equal(kernelChoiceFor(there, here), undefined, there);
  assert.equal(kernelChoiceFor("blas OpenBLAS 0.3.21 Zen", "wasm"), undefined);
  assert.equal(kernelChoiceFor("wasm", "wasm"), undefined);
});
