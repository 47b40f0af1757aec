import {
  type DisplayOptions,
  type KernelAddress,
  type KernelLink,
  kernelLinkKey,
  type MimeBundle,
} from "../../widgets/shared/kernel-link";

/** A kernel that remembers what it was told to show. */
export class FakeKernel implements KernelLink {
  readonly shown: { readonly bundle: MimeBundle; readonly options: DisplayOptions | undefined }[] = [];
  private readonly controller: AbortController = new AbortController();
  readonly signal: AbortSignal = this.controller.signal;
  /** Set where pages can ask. */
  address: KernelAddress | undefined = undefined;
  readonly answers: Map<string, (asked: never) => unknown> = new Map();
  cell = "first";
  execution = 1;

  display(bundle: MimeBundle, options?: DisplayOptions): void {
    this.shown.push({ bundle, options });
  }

  clearOutput(): void {
    this.shown.length = 0;
  }

  answer(question: string, answer: (asked: never) => unknown): void {
    this.answers.set(question, answer);
  }

  interrupt(): void {
    this.controller.abort(new Error("interrupted"));
  }

  /** Code that runs in this process now finds the kernel. */
  install(): void {
    Object.defineProperty(globalThis, kernelLinkKey, { value: this, configurable: true });
  }
}

export function uninstallKernel(): void {
  Reflect.deleteProperty(globalThis, kernelLinkKey);
}

/** What `action` prints on standard output. */
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
