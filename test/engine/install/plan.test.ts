import assert from "node:assert/strict";
import { it } from "node:test";
import { type Machine, planFor } from "../../../src/engine/install/plan";

const laptop: Machine = { platform: "linux", arch: "x64", gpu: false };

it("takes the published binary for a CPU, and builds for a GPU", () => {
  assert.deepEqual(planFor(laptop), { device: "cpu", published: undefined, build: undefined });
  const server = planFor({ ...laptop, gpu: true });
  assert.deepEqual([server.device, server.build], ["cuda", undefined]);
  assert.match(server.published as string, /^it is for CUDA 11 alone/);
});

it("follows wishes", () => {
  const wanted = planFor({ ...laptop, gpu: true }, { device: "cpu", from: "pip" });
  assert.deepEqual(wanted, { device: "cpu", published: "--from pip excludes it", build: undefined });
  const old = planFor(laptop, { device: "cuda", from: "published" });
  assert.deepEqual(old, { device: "cuda", published: undefined, build: "--from published excludes it" });
});

it("builds on Linux alone, and knows no published binary for ARM", () => {
  const mac = planFor({ ...laptop, platform: "darwin" });
  assert.deepEqual(mac, { device: "cpu", published: undefined, build: "it needs Linux, and this is darwin" });
  const windows = planFor({ ...laptop, platform: "win32", gpu: true });
  assert.deepEqual([windows.device, windows.published], ["cuda", undefined]);
  const arm = planFor({ ...laptop, arch: "arm64" });
  assert.deepEqual(arm, {
    device: "cpu",
    published: "no binary is published for linux arm64",
    build: undefined,
  });
});
