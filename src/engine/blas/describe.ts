import { release } from "node:os";
import { EngineFailure } from "../engine-failure";
import { type NativeLibrary, openLibrary } from "./bind";
import type { BlasLibrary } from "./library";

/** Prefix and suffix of a build's function names, and the size of the integers in their parameters. */
const builds = [
  { prefix: "", suffix: "", bits: 32 },
  { prefix: "scipy_", suffix: "64_", bits: 64 },
  { prefix: "", suffix: "64_", bits: 64 },
  { prefix: "scipy_", suffix: "", bits: 32 },
  { prefix: "", suffix: "_64", bits: 64 },
] as const;

/** `openblas_get_parallel` of a build on OpenMP. */
const openMp = 2;

/**
 * Loads a library and identifies it. A broken library can crash the process.
 *
 * @throws EngineFailure if the library does not load, lacks the matrix product or would crash the process at its exit
 */
export function describeLibrary(path: string): BlasLibrary {
  const lib = openLibrary(path);
  const build = builds.find(({ prefix, suffix }) => has(lib, `${prefix}cblas_sgemm${suffix}`));
  if (build === undefined) throw new EngineFailure(`${path} has no cblas_sgemm`, "use another library");
  const { prefix, suffix, bits } = build;
  const symbol = `${prefix}cblas_sgemm${suffix}`;
  const openBlas = (name: string): string => `${prefix}openblas_${name}${suffix}`;
  const config = ask(lib, openBlas("get_config"));
  if (config !== undefined) {
    if (askNumber(lib, openBlas("get_parallel")) === openMp) {
      throw new EngineFailure(
        `${path} is OpenBLAS built on OpenMP, which crashes when the process exits`,
        "use OpenBLAS built on pthreads (Debian: apt install libopenblas0-pthread)",
      );
    }
    return {
      path,
      name: "OpenBLAS",
      version: config.match(/OpenBLAS (\S+)/)?.[1] ?? "",
      core: ask(lib, openBlas("get_corename")) ?? "",
      symbol,
      // A build with 64-bit integers may use the plain names.
      integerBits: config.includes("USE64BITINT") ? 64 : bits,
      setThreads: present(lib, openBlas("set_num_threads")),
    };
  }
  if (has(lib, "MKL_Set_Num_Threads")) {
    return {
      path,
      name: "MKL",
      version: mklVersion(lib),
      core: "",
      symbol,
      integerBits: bits,
      setThreads: "MKL_Set_Num_Threads",
    };
  }
  const blis = ask(lib, "bli_info_get_version_str");
  if (blis !== undefined) {
    const architecture = askNumber(lib, "bli_arch_query_id");
    return {
      path,
      name: "BLIS",
      version: blis,
      core:
        architecture === undefined
          ? ""
          : lib.func<(id: number) => string>("const char* bli_arch_string(int id)")(architecture),
      symbol,
      integerBits: bits,
      setThreads: present(lib, "bli_thread_set_num_threads"),
    };
  }
  if (path.includes("Accelerate.framework")) {
    const setThreads = present(lib, "BLASSetThreading");
    return { path, name: "Accelerate", version: release(), core: "", symbol, integerBits: bits, setThreads };
  }
  return { path, name: "BLAS", version: "", core: "", symbol, integerBits: bits };
}

function has(lib: NativeLibrary, name: string): boolean {
  try {
    lib.func(`void ${name}()`);
    return true;
  } catch {
    return false;
  }
}

function present(lib: NativeLibrary, name: string): string | undefined {
  return has(lib, name) ? name : undefined;
}

/** The result of a function without parameters; undefined if the library lacks it. */
function ask(lib: NativeLibrary, name: string): string | undefined {
  return has(lib, name) ? lib.func<() => string>(`const char* ${name}()`)() : undefined;
}

function askNumber(lib: NativeLibrary, name: string): number | undefined {
  return has(lib, name) ? lib.func<() => number>(`int ${name}()`)() : undefined;
}

function mklVersion(lib: NativeLibrary): string {
  if (!has(lib, "MKL_Get_Version_String")) return "";
  const text = Buffer.alloc(198);
  lib.func<(text: Uint8Array, length: number) => void>(
    "void MKL_Get_Version_String(uint8_t* text, int length)",
  )(text, text.length);
  return text.toString("latin1").match(/Version (\S+)/)?.[1] ?? "";
}
