// Which binding is taken, and which is left alone, in folders of the test's own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { promisify } from "node:util";
import { processor } from "../../../src/engine/processor";
import { packageFolder, packageVersion, type Seal } from "../../../src/engine/tensorflow/places";

const root = mkdtempSync(join(tmpdir(), "pnr-places-"));
after(() => rmSync(root, { recursive: true, force: true }));

const good: Seal = {
  package: packageVersion(packageFolder() as string),
  device: "cpu",
  processors: ["another", processor],
};

/** The folder of an installation that holds something other than a library, with a seal. */
function install(seal: Partial<Seal> | undefined): string {
  const home = mkdtempSync(join(root, "home-"));
  const folder = join(home, `${process.platform}-${process.arch}`, "tensorflow");
  mkdirSync(join(folder, "lib", "napi-v8"), { recursive: true });
  writeFileSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"), "no library");
  if (seal) writeFileSync(join(folder, "engine.json"), JSON.stringify({ ...good, ...seal }));
  return home;
}

async function inProcess(home: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, PNR_ENGINE: "", PNR_ENGINE_FOLDER: home };
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

/** How the engine tensorflow starts there. */
async function start(seal: Partial<Seal> | undefined): Promise<{ reason: string; remedy: string }> {
  const trial = join(__dirname, "../../../src/engine/trial.js");
  return JSON.parse(await inProcess(install(seal), trial, "tensorflow"));
}

/** Why it is skipped there when no engine is named. */
async function skipped(seal: Partial<Seal>): Promise<string> {
  const engine = JSON.stringify(join(__dirname, "../../../src/engine/index.js"));
  const script = `require(${engine}).startEngine().then(({ skipped }) => console.log(skipped[0]))`;
  return inProcess(install(seal), "-e", script);
}

it("takes what was finished for this package and proved on this processor", async () => {
  const { reason, remedy } = await start({});
  assert.match(reason, /does not load: .*(too short|invalid ELF|not a)/i);
  assert.match(remedy, /"npx pnr engine --tensorflow"/);
});

it("takes nothing without a sound seal, nor what was made for another version of the package", async () => {
  for (const seal of [undefined, { processors: undefined }, { package: "1.0.0" }]) {
    assert.match((await start(seal)).reason, /^TensorFlow's C\+\+ binding is not installed$/);
  }
});

it("does not load what was proved on other processors alone: that could end the process", async () => {
  const { reason, remedy } = await start({ processors: ["another"] });
  assert.equal(
    reason,
    `what "npx pnr engine --tensorflow" has made was proved on another processor than this (${processor})`,
  );
  assert.equal(remedy, 'prove it on this one with "npx pnr engine --tensorflow"');
});

it("does not load TensorFlow for the CPU unless asked for it", async () => {
  assert.equal(await skipped({ device: "cpu" }), "tensorflow: TensorFlow is installed for the CPU\n");
  assert.match(await skipped({ device: "cuda" }), /^tensorflow: TensorFlow's C\+\+ binding does not load: /);
});
