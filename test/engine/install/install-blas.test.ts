// `pnr engine` with a fake pip, which "downloads" a wheel that the test creates.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { compileBlas, needsCompiler } from "../../support/blas";
import { testFolder } from "../../support/folders";
import { lastLine, python, run, start } from "./machine";
import { makeWheel } from "./wheel-file";

const folder = testFolder("numpy");
const openBlasName = "libscipy_openblas64_-1a2b.so";
let wheels = 0;

/** A Python whose pip downloads a wheel, and writes a file when it is called. */
function pythonWith(wheel: Uint8Array): string {
  const path = join(folder, `wheel${wheels++}`);
  writeFileSync(path, wheel);
  return python(`while [ "$1" != --dest ]; do shift; done
    mkdir -p "$2"; cp ${path} "$2/numpy-9.9.9-cp312-abi3-any.whl"; touch "$PNR_ENGINE_FOLDER/called"`);
}

/** A wheel with an OpenBLAS that has 64-bit integers and scipy's names, and needs a second library. */
function wheelOf(body: string): Uint8Array {
  const helper = join(folder, "libgfortran-3c.so.5");
  const source = join(folder, "helper.c");
  writeFileSync(source, "float one(void) { return 1; }\n");
  const compilation = spawnSync("gcc", [
    "-shared",
    "-fPIC",
    "-Wl,-soname,libgfortran-3c.so.5",
    "-o",
    helper,
    source,
  ]);
  assert.equal(compilation.status, 0);
  const openBlas = compileBlas(folder, `openblas${wheels++}`, {
    body,
    symbol: "scipy_cblas_sgemm64_",
    int: "int64_t",
    preamble: `extern float one(void);
      const char* scipy_openblas_get_config64_(void) { return "OpenBLAS 9.9.9 USE64BITINT"; }
      const char* scipy_openblas_get_corename64_(void) { return "Test"; }`,
    flags: [helper, "-Wl,-rpath,$ORIGIN"],
  });
  return makeWheel({
    "numpy/__init__.py": Buffer.from(""),
    "numpy.libs/libgfortran-3c.so.5": readFileSync(helper),
    [`numpy.libs/${openBlasName}`]: readFileSync(openBlas),
  });
}

const multiply = "sgemm(ta, tb, m, n, k, alpha * one(), a, lda, b, ldb, beta, c, ldc);";

describe("pnr engine", { concurrency: 2 }, () => {
  it("explains both engines that it installs", async () => {
    const { code, stdout } = await run(["--help"]);
    assert.equal(code, 0);
    for (const word of ["--force", "--device", "--from", "--python", "--tensorflow", "OpenBLAS", "koffi"])
      assert.ok(stdout.includes(word), word);
  });

  it("rejects unknown options, and options of TensorFlow without --tensorflow", async () => {
    assert.match((await run(["--devise", "cpu"])).stderr, /^pnr: unknown option '--devise' /);
    const unknown = await run(["--device", "tpu"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /^pnr: .*--device.*tpu.* one of cuda, cpu.*; see pnr engine --help\n$/);
    const path = await run(["--tensorflow", "../2.21.0"]);
    assert.equal(path.code, 2);
    assert.match(path.stderr, /It must be a version, such as 2\.21\.0; see pnr engine --help\n$/);
    for (const [option, value] of [
      ["--device", "cpu"],
      ["--from", "pip"],
    ]) {
      const { code, stderr } = await run([option, value]);
      assert.equal(code, 2);
      assert.equal(stderr, `pnr: ${option} is for TensorFlow: add --tensorflow, or omit it\n`);
    }
  });

  it(
    "keeps the OpenBLAS of numpy's wheel and the library that it needs, and fetches them once",
    needsCompiler,
    async () => {
      const programs = { python3: pythonWith(wheelOf(multiply)) };
      const first = start(["--force"], { programs });
      const library = join(first.folder, "blas", "library");
      mkdirSync(library, { recursive: true });
      writeFileSync(join(library, "libscipy_openblas64_-older.so"), "");
      const { code, stdout, stderr } = await first.ended;
      assert.equal(code, 0, stderr);
      assert.ok(
        stdout.startsWith(`the engine blas has fetched OpenBLAS 9.9.9 Test (${join(library, openBlasName)})`),
        stdout,
      );
      assert.match(
        stderr,
        /^Fetching numpy's wheel with pip \(17 MB\) …\n.*: done in .*\nRunning a trial …\n/,
      );
      assert.deepEqual(readdirSync(library).sort(), ["libgfortran-3c.so.5", openBlasName]);
      assert.deepEqual(readdirSync(first.folder).sort(), ["blas", "install.log"]);
      const [outcome] = readdirSync(join(first.folder, "blas", "proofs"))
        .map((name) => readFileSync(join(first.folder, "blas", "proofs", name), "utf8"))
        .filter((text) => text.includes("9.9.9"));
      assert.match(outcome, /"symbol":"scipy_cblas_sgemm64_","integerBits":64/);
      const second = await run([], {
        programs: { python3: "exit 1" },
        environment: { PNR_ENGINE_FOLDER: first.base },
      });
      assert.equal(second.code, 0, second.stderr);
      assert.match(second.stdout, /^the engine blas already has a library: /);
    },
  );

  it("removes the libraries of a wheel whose OpenBLAS computes wrongly", needsCompiler, async () => {
    const programs = { python3: pythonWith(wheelOf(`${multiply} if (m > 1) c[0] += one();`)) };
    const { ended, folder } = start(["--force"], { programs });
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(
      lastLine(stderr),
      /^pnr: numpy's OpenBLAS cannot be used here: its product of .* instead of .*; or install OpenBLAS \(Debian: apt install libopenblas0-pthread\)$/,
    );
    assert.deepEqual(readdirSync(join(folder, "blas", "library")), []);
  });

  it("names the command that installs koffi, before it fetches anything", async () => {
    const hook = join(folder, "without-koffi.cjs");
    writeFileSync(
      hook,
      `const Module = require("node:module");
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name === "koffi") throw new Error("Cannot find module");
        return load(name, ...rest);
      };`,
    );
    const { code, stderr } = await run([], { environment: { NODE_OPTIONS: `--require ${hook}` } });
    assert.equal(code, 1);
    const { peerDependencies } = JSON.parse(
      readFileSync(join(__dirname, "../../../../package.json"), "utf8"),
    );
    assert.ok(
      stderr.endsWith(`: install it with "npm install --ignore-scripts koffi@${peerDependencies.koffi}"\n`),
      stderr,
    );
  });

  const broken: readonly [what: string, python: string | undefined, expected: RegExp][] = [
    ["Python", undefined, /^Python with pip is needed, and python3 does not run/],
    [
      "the network",
      python("echo 'ReadTimeoutError'; exit 1"),
      /^pip cannot reach a package index that has numpy: check the network/,
    ],
    [
      "the right hash",
      python("echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'; exit 1"),
      /^pip fetched a numpy that does not match the hash in its index/,
    ],
    ["a wheel", python(""), /^pip has fetched no wheel of numpy/],
    ["an OpenBLAS in it", pythonWith(makeWheel({})), /^numpy's wheel cannot be used: it has no OpenBLAS/],
    [
      "an archive",
      pythonWith(Buffer.from("not an archive")),
      /^numpy's wheel cannot be used: it is damaged \(invalid zip data\)/,
    ],
  ];
  for (const [what, python3, expected] of broken) {
    it(`says in one line what to do without ${what}, and leaves only the log`, async () => {
      const { ended, folder } = start(["--force"], { programs: python3 === undefined ? {} : { python3 } });
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout], [1, ""]);
      const message = lastLine(stderr).match(
        /^pnr: (.*); or install OpenBLAS \(Debian: apt install libopenblas0-pthread\)$/,
      );
      assert.match(message?.[1] ?? stderr, expected);
      assert.deepEqual(readdirSync(folder), ["install.log"]);
      assert.ok(existsSync(join(folder, "install.log")));
    });
  }
});
