import assert from "node:assert/strict";
import { it } from "node:test";
import type { Machine } from "../../../src/engine/install/machine";
import { planFor } from "../../../src/engine/install/plan";

const laptop: Machine = { platform: "linux", arch: "x64", gpu: false, cuda11: false };

it("takes the published binary without a GPU, and for one only with the CUDA that it needs", () => {
  assert.deepEqual(planFor(laptop), {
    device: "cpu",
    published: { take: true },
    build: { take: "tensorflow-cpu" },
  });
  assert.deepEqual(planFor({ ...laptop, gpu: true, cuda11: true }), {
    device: "cuda",
    published: { take: true },
    build: { take: "tensorflow[and-cuda]" },
  });
  assert.deepEqual(planFor({ ...laptop, gpu: true }), {
    device: "cuda",
    published: { not: "it needs CUDA 11 and cuDNN 8, which are not here" },
    build: { take: "tensorflow[and-cuda]" },
  });
});

it("follows wishes", () => {
  const wanted = planFor({ ...laptop, gpu: true }, { device: "cpu", from: "pip" });
  assert.equal(wanted.device, "cpu");
  assert.ok("not" in wanted.published);
  assert.deepEqual(wanted.build, { take: "tensorflow-cpu" });
  assert.ok("not" in planFor(laptop, { from: "published" }).build);
});

it("builds on Linux alone, and has nothing published for the processors of phones", () => {
  const mac = planFor({ ...laptop, platform: "darwin" });
  assert.deepEqual(mac.published, { take: true });
  assert.deepEqual(mac.build, { not: "it is made for Linux, and this is darwin" });
  const arm = planFor({ ...laptop, arch: "arm64" });
  assert.deepEqual(arm.published, { not: "there is none for linux arm64" });
  assert.deepEqual(arm.build, { take: "tensorflow-cpu" });
});
