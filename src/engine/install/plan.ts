import type { Machine } from "./machine";

/** Something to do, or why not: one line without a full stop. */
export type Choice<T> = { readonly take: T } | { readonly not: string };

export interface Plan {
  readonly device: "cuda" | "cpu";
  /** Whether the package's own script may fetch the published binary. */
  readonly published: Choice<true>;
  /** What pip installs for a build. */
  readonly build: Choice<"tensorflow-cpu" | "tensorflow[and-cuda]">;
}

export interface Wishes {
  /** Without one: CUDA where an NVIDIA driver answers. */
  readonly device?: "cuda" | "cpu";
  /** Without one: the published binary where the machine can use it, else a build. */
  readonly from?: "published" | "pip";
}

/** The published binary's platforms; where the package would mix an older TensorFlow in, a build is better. */
const publishedFor = ["linux x64", "darwin x64", "win32 x64"];

/** What to try on a machine, in order: the published binary, then a build. */
export function planFor(machine: Machine, { device, from }: Wishes = {}): Plan {
  const wanted = device ?? (machine.gpu ? "cuda" : "cpu");
  return { device: wanted, published: published(machine, wanted, from), build: build(machine, wanted, from) };
}

function published(machine: Machine, device: "cuda" | "cpu", from: Wishes["from"]): Choice<true> {
  const system = `${machine.platform} ${machine.arch}`;
  if (from === "pip") return { not: "--from pip leaves it out" };
  if (!publishedFor.includes(system)) return { not: `there is none for ${system}` };
  if (device === "cuda" && !machine.cuda11)
    return { not: "it needs CUDA 11 and cuDNN 8, which are not here" };
  return { take: true };
}

function build(machine: Machine, device: "cuda" | "cpu", from: Wishes["from"]): Plan["build"] {
  if (from === "published") return { not: "--from published leaves it out" };
  if (machine.platform !== "linux") return { not: `it is made for Linux, and this is ${machine.platform}` };
  return { take: device === "cuda" ? "tensorflow[and-cuda]" : "tensorflow-cpu" };
}
