import type { mock } from "node:test";
import {
  type DisplayOptions,
  type KernelAddress,
  type KernelLink,
  kernelLinkKey,
  type MimeBundle,
} from "../../widgets/shared/kernel-link";

/** A kernel that records its displays. */
export class FakeKernel implements KernelLink {
  readonly displays: { readonly bundle: MimeBundle; readonly options: DisplayOptions | undefined }[] = [];
  private readonly controller: AbortController = new AbortController();
  readonly signal: AbortSignal = this.controller.signal;
  /** Set if pages can ask the kernel. */
  address: KernelAddress | undefined = undefined;
  readonly answers: Map<string, (request: never) => unknown> = new Map();
  cell = "first";
  execution = 1;

  display(bundle: MimeBundle, options?: DisplayOptions): void {
    this.displays.push({ bundle, options });
  }

  clearOutput(): void {
    this.displays.length = 0;
  }

  answer(question: string, answer: (request: never) => unknown): void {
    this.answers.set(question, answer);
  }

  interrupt(): void {
    this.controller.abort(new Error("interrupted"));
  }

  /** Makes the kernel visible to the code of this process. */
  install(): void {
    Object.defineProperty(globalThis, kernelLinkKey, { value: this, configurable: true });
  }
}

export function uninstallKernel(): void {
  Reflect.deleteProperty(globalThis, kernelLinkKey);
}

/** Leaves out the static pictures, each of which takes up to two seconds to draw, in tests that are not about them. */
export function skipPictures(mocks: typeof mock): void {
  mocks.method(require("../../widgets/shared/picture"), "picturePng", async () => Buffer.alloc(0));
}

/** What `action` prints to standard output. */
export async function printed(action: () => void | Promise<void>): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  try {
    await action();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}
