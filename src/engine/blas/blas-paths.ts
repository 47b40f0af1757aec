import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { engineFolder } from "../machine";

/** The cache of trials of libraries. */
export const trialFolder = (): string => join(engineFolder(), "blas", "proofs");

/** Holds the OpenBLAS that `pnr engine` has fetched and the libraries that it needs. */
export const fetchedFolder = (): string => join(engineFolder(), "blas", "library");

/** Not a file: macOS has it in a cache. */
export const accelerate = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

const names: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    "libopenblas.0.dylib",
    "libopenblas.dylib",
    "libmkl_rt.2.dylib",
    "libmkl_rt.dylib",
    "libblis.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll", "mkl_rt.dll", "libblis.dll", "blis.dll"],
};
const linuxNames = [
  "libopenblas.so.0",
  "libopenblas.so",
  "libmkl_rt.so.2",
  "libmkl_rt.so",
  "libblis.so.4",
  "libblis.so",
];

/** Libraries to try, in this order: existing files, and Accelerate on macOS. */
export function* candidates(): Generator<string> {
  if (process.platform === "darwin") yield accelerate;
  const visitedPaths = new Set<string>();
  for (const path of [...onLoaderPath(), ...inNumpy(), ...librariesIn(fetchedFolder())]) {
    const file = realpathSync(path);
    if (!visitedPaths.has(file)) yield file;
    visitedPaths.add(file);
  }
}

function onLoaderPath(): string[] {
  const folders = loaderFolders();
  return (names[process.platform] ?? linuxNames)
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((path) => existsSync(path));
}

function loaderFolders(): string[] {
  const { env, platform } = process;
  if (platform === "win32") return splitPaths(env.PATH);
  const conda = env.CONDA_PREFIX ? [join(env.CONDA_PREFIX, "lib")] : [];
  if (platform === "darwin") {
    return [
      ...splitPaths(env.DYLD_LIBRARY_PATH),
      ...conda,
      "/opt/homebrew/opt/openblas/lib",
      "/usr/local/opt/openblas/lib",
      "/usr/local/lib",
    ];
  }
  return [
    ...splitPaths(env.LD_LIBRARY_PATH),
    ...conda,
    ...configuredFolders(),
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
  ];
}

/** The folders of ld.so.conf(5). */
function configuredFolders(): string[] {
  const folder = "/etc/ld.so.conf.d";
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".conf"))
      .sort()
      .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
      .map((line) => line.trim())
      .filter((line) => line.startsWith("/"));
  } catch {
    return [];
  }
}

/** The OpenBLAS inside the numpy of each Python in this environment. */
function inNumpy(): string[] {
  const { env, platform } = process;
  const python = platform === "win32" ? "python.exe" : "python3";
  const prefixes = [
    env.VIRTUAL_ENV ?? "",
    env.CONDA_PREFIX ?? "",
    ...splitPaths(env.PATH)
      .filter((folder) => existsSync(join(folder, python)))
      .map((folder) => (platform === "win32" ? folder : dirname(folder))),
    env.HOME ? join(env.HOME, ".local") : "",
  ].filter((prefix) => prefix !== "");
  return [...new Set(prefixes)]
    .flatMap(packagesOf)
    .flatMap((packages) => [
      ...librariesIn(join(packages, "numpy.libs")),
      ...librariesIn(join(packages, "numpy", ".dylibs")),
    ]);
}

function packagesOf(prefix: string): string[] {
  if (process.platform === "win32") return [join(prefix, "Lib", "site-packages")];
  const lib = join(prefix, "lib");
  return entries(lib)
    .filter((name) => /^python3/.test(name))
    .flatMap((name) => [join(lib, name, "site-packages"), join(lib, name, "dist-packages")]);
}

/** The OpenBLAS in a folder, without the libraries that it needs. */
function librariesIn(folder: string): string[] {
  return entries(folder)
    .filter(isOpenBlas)
    .map((name) => join(folder, name));
}

/** Whether a file name of numpy's wheel is that of its OpenBLAS. */
export const isOpenBlas = (name: string): boolean => /^(lib)?(scipy_)?openblas.*\.(so|dylib|dll)/.test(name);

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function splitPaths(paths: string | undefined): string[] {
  return (paths ?? "").split(delimiter).filter((path) => path !== "");
}
