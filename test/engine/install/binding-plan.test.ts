import assert from "node:assert/strict";
import { it } from "node:test";
import { type Machine, planBinding } from "../../../src/engine/install/binding-plan";

const laptop: Machine = { platform: "linux", arch: "x64", gpu: false };

it("fetches the published binary for a CPU, and builds for a GPU", () => {
  assert.deepEqual(planBinding(laptop), { device: "cpu", published: undefined, build: undefined });
  const server = planBinding({ ...laptop, gpu: true });
  assert.deepEqual([server.device, server.build], ["cuda", undefined]);
  assert.match(server.published as string, /^it supports only CUDA 11/);
});

it("follows the options", () => {
  const withPip = planBinding({ ...laptop, gpu: true }, { device: "cpu", from: "pip" });
  assert.deepEqual(withPip, { device: "cpu", published: "--from pip excludes it", build: undefined });
  const published = planBinding(laptop, { device: "cuda", from: "published" });
  assert.deepEqual(published, {
    device: "cuda",
    published: undefined,
    build: "--from published excludes it",
  });
});

it("builds only on Linux, and has no published binary for ARM", () => {
  const mac = planBinding({ ...laptop, platform: "darwin" });
  assert.deepEqual(mac, { device: "cpu", published: undefined, build: "it needs Linux, and this is darwin" });
  const windows = planBinding({ ...laptop, platform: "win32", gpu: true });
  assert.deepEqual([windows.device, windows.published], ["cuda", undefined]);
  const arm = planBinding({ ...laptop, arch: "arm64" });
  assert.deepEqual(arm, {
    device: "cpu",
    published: "no binary is published for linux arm64",
    build: undefined,
  });
});
