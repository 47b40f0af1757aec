// Compiles tiny BLAS libraries for tests.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const correct = `
static void sgemm(int ta, int tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb,
                  float beta, float* c, int ldc) {
  double* row = malloc(n * sizeof(double));
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) row[j] = 0;
    for (int l = 0; l < k; l++) {
      double x = ta == 112 ? a[l * lda + i] : a[i * lda + l];
      if (tb == 112) for (int j = 0; j < n; j++) row[j] += x * b[j * ldb + l];
      else for (int j = 0; j < n; j++) row[j] += x * b[l * ldb + j];
    }
    for (int j = 0; j < n; j++) c[i * ldc + j] = (float)(alpha * row[j] + (beta == 0 ? 0 : beta * c[i * ldc + j]));
  }
  free(row);
}`;

const parameters =
  "int order, int ta, int tb, INT m, INT n, INT k, float alpha, const float* a, INT lda, const float* b, INT ldb, " +
  "float beta, float* c, INT ldc";

/** The body of a correct `cblas_sgemm`. */
export const multiply = "sgemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);";

/** Options of a test that loads a library. */
export const needsKoffi: { readonly skip: string | false } = {
  skip: isInstalled("koffi") ? false : "koffi is not installed",
};

const hasCompiler = spawnSync("gcc", ["--version"]).status === 0;

/** Options of a test that compiles a library and loads it. */
export const needsCompiler: { readonly skip: string | false } = hasCompiler
  ? needsKoffi
  : { skip: "gcc is not installed" };

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

export interface LibrarySource {
  /** The body of its matrix product. */
  readonly body?: string;
  readonly symbol?: string;
  /** The C type of sizes and strides. */
  readonly int?: string;
  /** C code before the matrix product. */
  readonly preamble?: string;
  /** Arguments of gcc. */
  readonly flags?: readonly string[];
}

/** Compiles the shared library `lib<name>.so` and returns its path. */
export function compileBlas(
  folder: string,
  name: string,
  { body = multiply, symbol = "cblas_sgemm", int = "int", preamble = "", flags = [] }: LibrarySource = {},
): string {
  const source = join(folder, `${name}.c`);
  const library = join(folder, `lib${name}.so`);
  const text = `#include <stdlib.h>\n#include <stdint.h>\n#define INT ${int}\n${correct}\n${preamble}\nvoid ${symbol}(${parameters}) { ${body} }\n`;
  writeFileSync(source, text);
  const result = spawnSync("gcc", ["-O3", "-shared", "-fPIC", "-o", library, source, ...flags], {
    encoding: "utf8",
  });
  assert.equal(result.status, 0, result.stderr);
  return library;
}

/**
 * Compiles a correct library that reports itself as OpenBLAS of this version, with the core type that OPENBLAS_CORETYPE names, else
 * "Generic".
 */
export function compileOpenBlas(folder: string, version: string): string {
  const preamble = `const char* openblas_get_config(void) { return "OpenBLAS ${version}"; }
    const char* openblas_get_corename(void) {
      const char* core = getenv("OPENBLAS_CORETYPE");
      return core && *core ? core : "Generic";
    }`;
  return compileBlas(folder, `openblas-${version}`, { preamble });
}
