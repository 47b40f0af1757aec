// Which binding is loaded, in folders that the test creates.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { promisify } from "node:util";
import { processor } from "../../../src/engine/machine";
import { packageFolder, packageVersion, type Seal } from "../../../src/engine/tensorflow/binding";

const root = mkdtempSync(join(tmpdir(), "pnr-binding-"));
after(() => rmSync(root, { recursive: true, force: true }));

const validSeal: Seal = {
  package: packageVersion(packageFolder() as string),
  device: "cpu",
  processors: ["another", processor],
};

/** An engine folder with a binding that is not a library, and a seal. */
function install(seal: Partial<Seal> | undefined): string {
  const home = mkdtempSync(join(root, "home-"));
  const folder = join(home, `${process.platform}-${process.arch}`, "tensorflow");
  mkdirSync(join(folder, "lib", "napi-v8"), { recursive: true });
  writeFileSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"), "not a library");
  if (seal) writeFileSync(join(folder, "engine.json"), JSON.stringify({ ...validSeal, ...seal }));
  return home;
}

async function inProcess(home: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, PNR_ENGINE: "", PNR_ENGINE_FOLDER: home };
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

/** Why the engine tensorflow does not start with an installation. */
async function tryWith(seal: Partial<Seal> | undefined): Promise<{ reason: string; remedy: string }> {
  const script = join(__dirname, "../../../src/engine/try-engine.js");
  return JSON.parse(await inProcess(install(seal), script, "tensorflow"));
}

/** Why it is skipped if no engine is named. */
async function skipReason(seal: Partial<Seal>): Promise<string> {
  const engine = JSON.stringify(join(__dirname, "../../../src/engine/index.js"));
  const script = `require(${engine}).startEngine().then(({ skipped }) => console.log(skipped[0]))`;
  return inProcess(install(seal), "-e", script);
}

it("loads a binding for this version of the package that was tried on this processor", async () => {
  const { reason, remedy } = await tryWith({});
  assert.match(reason, /does not load: .*(too short|invalid ELF|not a)/i);
  assert.match(remedy, /"npx pnr engine --tensorflow"/);
});

it("ignores a binding without a valid seal, or for another version of the package", async () => {
  for (const seal of [undefined, { processors: undefined }, { package: "1.0.0" }]) {
    assert.match((await tryWith(seal)).reason, /^TensorFlow's C\+\+ binding is not installed$/);
  }
});

it("does not load a binding that was tried only on other processors, because it could crash", async () => {
  const { reason, remedy } = await tryWith({ processors: ["another"] });
  assert.equal(
    reason,
    `TensorFlow is installed, but its trial ran only on other processors, not on this one (${processor})`,
  );
  assert.equal(remedy, 'repeat the trial here with "npx pnr engine --tensorflow"');
});

it("loads TensorFlow for the CPU only on request", async () => {
  assert.equal(await skipReason({ device: "cpu" }), "tensorflow: TensorFlow is installed for the CPU\n");
  assert.match(
    await skipReason({ device: "cuda" }),
    /^tensorflow: TensorFlow's C\+\+ binding does not load: /,
  );
});
