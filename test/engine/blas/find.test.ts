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
import { findBlas } from "../../../src/engine/blas/find";
import { type BlasLibrary, describeBlas } from "../../../src/engine/blas/library";
import { candidates } from "../../../src/engine/blas/places";
import { EngineFailure } from "../../../src/engine/failure";
import { compileBlas, type LibrarySource, multiply, needsCompiler, needsKoffi } from "../../support/blas";

const folder = mkdtempSync(join(tmpdir(), "pnr-blas-"));
after(() => rmSync(folder, { recursive: true }));
process.env.PNR_ENGINE_FOLDER = join(folder, "engine");

const compile = (name: string, body: string, source: Omit<LibrarySource, "body"> = {}): string =>
  compileBlas(folder, name, { ...source, body });

async function find(path: string): Promise<BlasLibrary> {
  process.env.PNR_BLAS = path;
  try {
    return await findBlas();
  } finally {
    delete process.env.PNR_BLAS;
  }
}

const refused = (path: string, why: RegExp): Promise<void> =>
  assert.rejects(find(path), { name: "InputError", message: why });

test(
  "a library that multiplies correctly is taken and multiplies in place in shared memory",
  needsCompiler,
  async () => {
    const library = await find(compile("plain", multiply));
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
  },
);

test("64-bit integers, and their symbol names, are recognized", needsCompiler, async () => {
  const body = `if (m < 0 || m > 1000 || ldc > 1000) abort(); ${multiply}`;
  for (const symbol of ["scipy_cblas_sgemm64_", "cblas_sgemm64_", "cblas_sgemm_64"]) {
    const library = await find(compile(symbol, body, { symbol, int: "int64_t" }));
    assert.deepEqual([library.symbol, library.integerBits], [symbol, 64]);
  }
  const preamble = 'const char* openblas_get_config(void) { return "OpenBLAS 9.8.7 USE64BITINT"; }';
  const library = await find(compile("plain64", body, { int: "int64_t", preamble }));
  assert.deepEqual(
    [library.name, library.version, library.symbol, library.integerBits],
    ["OpenBLAS", "9.8.7", "cblas_sgemm", 64],
  );
});

test(
  "a file that is not a library, or a library without sgemm, is refused with the reason",
  needsKoffi,
  async () => {
    const text = join(folder, "text.so");
    writeFileSync(text, "no library");
    await refused(text, /^PNR_BLAS is .*text\.so: .* does not load: /);
    await refused(join(folder, "missing.so"), /missing\.so does not load: /);
  },
);

test("broken libraries are refused and do not end this process", needsCompiler, async () => {
  await refused(compile("other", "", { symbol: "another" }), /has no cblas_sgemm/);
  await refused(
    compile("wrong", `${multiply} if (m == 17) c[ldc + 1] += 0.01f;`),
    /its product of 17×33×29 has/,
  );
  await refused(
    compile("outside", `${multiply} if (ldc > n) c[n] = 0;`),
    /its product of 1×1×1 has 0 where 123\.5/,
  );
  await refused(compile("keeps", `beta = 0; ${multiply}`), /its product of/);
  await refused(compile("crash", "abort();"), /ended its process with SIGABRT/);
  const atExit = "__attribute__((destructor)) static void end(void) { abort(); }";
  await refused(compile("exit", multiply, { preamble: atExit }), /ended its process with SIGABRT/);
  const openMp =
    'const char* openblas_get_config(void) { return "OpenBLAS 0.3.21"; } int openblas_get_parallel(void) { return 2; }';
  await refused(compile("openmp", multiply, { preamble: openMp }), /built on OpenMP/);
});

test("a library that fails in a second thread alone is refused", needsCompiler, async () => {
  const preamble = "static __thread int own; static int owners; ";
  const body = `if (!own) own = __sync_add_and_fetch(&owners, 1); if (own > 1) c[0] = 7; else ${multiply}`;
  await refused(compile("thread", body, { preamble }), /its product of/);
});

test("the proof is cached until the file changes", needsCompiler, async () => {
  const proofs = (): number =>
    readdirSync(join(folder, "engine"), { recursive: true }).filter((name) => String(name).endsWith(".json"))
      .length;
  const path = compile("cached", multiply);
  const first = await find(path);
  const count = proofs();
  assert.deepEqual(await find(path), first);
  assert.equal(proofs(), count);
  copyFileSync(compile("cached-broken", "abort();"), path);
  utimesSync(path, 1, 1);
  await refused(path, /SIGABRT/);
});

test("PNR_BLAS=none switches the search off", async () => {
  await assert.rejects(
    find("none"),
    (error: unknown) => error instanceof EngineFailure && /none/.test(error.reason),
  );
});

test("the search covers the loader's path, numpy's libraries and what pnr engine has fetched", {
  skip: process.platform === "linux" ? false : "Linux alone",
}, async () => {
  const system = join(folder, "system");
  const numpy = join(folder, "env/lib/python3.11/site-packages/numpy.libs");
  const fetched = join(
    process.env.PNR_ENGINE_FOLDER as string,
    `${process.platform}-${process.arch}`,
    "blas/library",
  );
  for (const place of [system, numpy, fetched]) mkdirSync(place, { recursive: true });
  writeFileSync(join(system, "libopenblas.so.0"), "");
  writeFileSync(join(numpy, "libscipy_openblas64_-1.so"), "");
  writeFileSync(join(fetched, "libscipy_openblas64_-2.so"), "");
  for (const place of [numpy, fetched]) writeFileSync(join(place, "libgfortran.so"), "");
  const script = `const { candidates } = require(${JSON.stringify(require.resolve("../../../src/engine/blas/places"))}); console.log(JSON.stringify([...candidates()]))`;
  const env = { ...process.env, LD_LIBRARY_PATH: system, VIRTUAL_ENV: join(folder, "env") };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
  const paths: string[] = JSON.parse(stdout);
  assert.equal(paths[0], join(system, "libopenblas.so.0"));
  assert.ok(paths.indexOf(join(numpy, "libscipy_openblas64_-1.so")) > 0);
  assert.ok(!paths.some((path) => path.includes("gfortran")));
  assert.equal(paths.at(-1), join(fetched, "libscipy_openblas64_-2.so"));
  assert.ok([...candidates()].every((path) => path === paths.at(-1) || !path.startsWith(folder)));
});

test("an identity names the library, its version and what chose its kernels", () => {
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
