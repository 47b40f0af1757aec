import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { findJupyter } from "../../notebooks/kernel/jupyter-install";
import { kernelPath, registerKernel } from "../../notebooks/kernel/kernelspec";
import { testFolder } from "../support/folders";

const root = join(__dirname, "../../..");
const folder = testFolder("jupyter");
const bin = join(folder, "bin");
const cache = join(folder, "cache");
const environment = join(cache, "jupyter/environment");
const { PATH, PNR_CACHE, JUPYTER_PATH } = process.env;

beforeEach(() => {
  mkdirSync(bin);
  process.env.PATH = bin; // hides all other programs
  process.env.PNR_CACHE = cache;
});
afterEach(() => {
  for (const [name, value] of Object.entries({ PATH, PNR_CACHE, JUPYTER_PATH })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  for (const path of [bin, cache]) rmSync(path, { recursive: true, force: true });
});

/** Writes a shell script as a program on the PATH. */
function writeProgram(name: string, script: string): void {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Writes a fake python3 whose environments have a Python that runs this script for `pip install`. */
function writePython(install: string): void {
  const inside = `#!/bin/sh
case "$*" in
  "-c "*) echo 3.12 ;;
  "-m pip --version") ;;
  "-m pip install "*) ${install} ;;
esac`;
  writeFileSync(join(folder, "inside"), inside);
  const copy = `/bin/mkdir -p "$4/bin" && /bin/cp ${folder}/inside "$4/bin/python" && /bin/chmod +x "$4/bin/python"`;
  writeProgram(
    "python3",
    `[ "$1" = --version ] && exit 0\necho environment >> ${folder}/calls\n[ "$1 $2 $3" = "-m venv --clear" ] && ${copy}`,
  );
}

const fakeJupyter = `printf '#!/bin/sh\\n[ "$1" = lab ]\\n' > ${environment}/bin/jupyter; /bin/chmod +x ${environment}/bin/jupyter`;

test("an installed JupyterLab is used, and a Jupyter without it is not", async () => {
  writeProgram("jupyter", '[ "$1 $2" = "lab --version" ]');
  assert.deepEqual(await findJupyter("lab"), ["jupyter", "lab"]);
  writeProgram("jupyter", '[ "$1 $2" = "notebook --version" ]');
  await assert.rejects(
    findJupyter("lab"),
    /^PnrError: no Jupyter, and no Python to install one: name one with --python, or install JupyterLab 4 .*npm run notebooks$/,
  );
});

test("without a Jupyter, pip installs one into the cache, once", async () => {
  writePython(fakeJupyter);
  const jupyter = [join(environment, "bin/jupyter"), "lab"];
  assert.deepEqual(await findJupyter("lab"), jupyter);
  assert.deepEqual(await findJupyter("lab"), jupyter);
  assert.equal(readFileSync(join(folder, "calls"), "utf8"), "environment\n");
});

test("an environment whose installation was killed is not used", async () => {
  mkdirSync(join(environment, "bin"), { recursive: true });
  writeFileSync(join(environment, "bin/jupyter"), "#!/bin/sh\n", { mode: 0o755 });
  rmSync(join(folder, "calls"), { force: true });
  writePython(fakeJupyter);
  assert.deepEqual(await findJupyter("lab"), [join(environment, "bin/jupyter"), "lab"]);
  assert.equal(readFileSync(join(folder, "calls"), "utf8"), "environment\n");
});

test("a failed installation leaves no environment and names the way out", async () => {
  writeProgram(
    "python3",
    '[ "$1" = --version ] && exit 0\n/bin/mkdir -p "$4/bin"\necho trouble\necho "ensurepip is not available"\nexit 1',
  );
  await assert.rejects(
    findJupyter("lab"),
    /^PnrError: python3 cannot create an environment: ensurepip is not available \(Debian: apt install python3-venv\); or install JupyterLab 4/,
  );
  assert.equal(existsSync(environment), false);
  writePython(
    'echo "NewConnectionError: Failed to establish a new connection"; echo "ERROR: No matching distribution found"; exit 1',
  );
  await assert.rejects(
    findJupyter("lab"),
    /^PnrError: pip cannot reach a package index that has jupyterlab.*"pip config list".*; or install JupyterLab 4 yourself .*npm run notebooks$/,
  );
  assert.equal(existsSync(environment), false);
});

test("Jupyter finds our kernel before those of the user's path", () => {
  process.env.JUPYTER_PATH = "/elsewhere";
  const ours = join(root, "notebooks/kernel/jupyter");
  assert.equal(kernelPath(), `${ours}${delimiter}/elsewhere`);
  delete process.env.JUPYTER_PATH;
  assert.equal(kernelPath(), ours);
});

test("a registered kernel differs from the project's only in its absolute paths", () => {
  const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, "utf8"));
  const { argv, ...registered } = read(join(registerKernel(folder), "kernel.json"));
  const { argv: _, ...bundled } = read(join(root, "notebooks/kernel/jupyter/kernels/tslab/kernel.json"));
  assert.deepEqual(argv, [
    process.execPath,
    join(root, "dist/notebooks/kernel/launch.js"),
    "{connection_file}",
  ]);
  assert.deepEqual(registered, bundled);
});
