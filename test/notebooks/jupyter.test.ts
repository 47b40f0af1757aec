import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { findJupyter } from "../../notebooks/kernel/jupyter";
import { kernelPath, registerKernel } from "../../notebooks/kernel/kernelspec";

const root = join(__dirname, "../../..");
const { PATH, JUPYTER_PATH } = process.env;
let folder: string;
let cache: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pnr-jupyter-"));
  cache = join(folder, "cache");
  said = [];
  mkdirSync(join(folder, "bin"));
  process.env.PATH = join(folder, "bin"); // no other program is there
});
afterEach(() => {
  process.env.PATH = PATH;
  if (JUPYTER_PATH === undefined) delete process.env.JUPYTER_PATH;
  else process.env.JUPYTER_PATH = JUPYTER_PATH;
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a program on the path. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const find = (): readonly string[] => findJupyter("lab", cache, (line) => said.push(line));

test("an installed JupyterLab is taken; a Jupyter without it is not", () => {
  program("jupyter", '[ "$1 $2" = "lab --version" ]');
  assert.deepEqual(find(), ["jupyter", "lab"]);
  program("jupyter", '[ "$1 $2" = "notebook --version" ]');
  assert.throws(find, /no Jupyter and no Python to make one with; install JupyterLab 4 .*npm run notebooks/);
  assert.deepEqual(said, []);
});

test("where there is none, pip makes one in the cache, once", () => {
  const jupyter = '#!/bin/sh\\n[ "$1" = lab ]\\n';
  // the venv's own Python, asked to install, puts Jupyter beside itself
  const python = `#!/bin/sh\\nprintf '${jupyter}' > ${cache}/bin/jupyter; /bin/chmod +x ${cache}/bin/jupyter\\n`;
  program(
    "python3",
    `[ "$1" = --version ] && exit 0
[ "$1 $2 $3" = "-m venv --clear" ] && /bin/mkdir -p "$4/bin" && printf "%b" "${python.replace(/"/g, '\\"').replace(/\$/g, "\\$")}" > "$4/bin/python" && /bin/chmod +x "$4/bin/python"`,
  );
  assert.deepEqual(find(), [join(cache, "bin/jupyter"), "lab"]);
  assert.equal(said.length, 1);
  assert.match(said[0], /^Making JupyterLab in .*cache/);
  assert.deepEqual(find(), [join(cache, "bin/jupyter"), "lab"]);
  assert.equal(said.length, 1);
});

test("what fails leaves nothing behind, and says what failed and what to do", () => {
  program(
    "python3",
    '[ "$1" = --version ] && exit 0\n/bin/mkdir -p "$4/bin"\necho trouble >&2\necho "ensurepip is not available" >&2\nexit 1',
  );
  assert.throws(
    find,
    /no Jupyter, and none can be made: ensurepip is not available \(Debian: apt install python3-venv\); install JupyterLab 4/,
  );
  assert.equal(existsSync(cache), false);
});

test("Jupyter finds the kernel before what the user's path names", () => {
  process.env.JUPYTER_PATH = "/elsewhere";
  assert.equal(kernelPath("/project"), `/project/notebooks/kernel/jupyter${delimiter}/elsewhere`);
  delete process.env.JUPYTER_PATH;
  assert.equal(kernelPath("/project"), "/project/notebooks/kernel/jupyter");
});

test("a registered kernel is started by whole paths, and else is the project's own", () => {
  const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, "utf8"));
  const { argv, ...rest } = read(join(registerKernel(root, folder), "kernel.json"));
  const { argv: _, ...own } = read(join(root, "notebooks/kernel/jupyter/kernels/tslab/kernel.json"));
  assert.deepEqual(argv, [
    process.execPath,
    join(root, "dist/notebooks/kernel/launch.js"),
    "{connection_file}",
  ]);
  assert.deepEqual(rest, own);
});
