import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EmscriptenModule } from "./heap";

/** Emscripten's loader of the threaded build. */
type Factory = (options: {
  readonly wasmBinary: Uint8Array;
  readonly mainScriptUrlOrBlob: string;
}) => Promise<EmscriptenModule>;

const processEvents = ["uncaughtException", "unhandledRejection"] as const;

/** Replaces the eight threads that Emscripten starts in advance. tfjs does not use them, because we set it to one thread. */
class IdleThread {
  private listener: ((message: object) => void) | undefined;

  on(event: string, listener: (message: object) => void): void {
    if (event === "message") this.listener = listener;
  }

  postMessage(): void {
    this.listener?.({ cmd: "loaded" });
  }

  unref(): void {}

  terminate(): void {}
}

/**
 * Loads tfjs's module in its threaded build, whose memory our workers can share. tfjs loads that build only in browsers.
 */
export async function loadModule(): Promise<EmscriptenModule> {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
  const script = join(folder, "tfjs-backend-wasm-threaded-simd.js");
  const wasmBinary = readFileSync(join(folder, "tfjs-backend-wasm-threaded-simd.wasm"));
  const factory: Factory = require(script);
  const listeners = processEvents.map((event) => process.listeners(event as "uncaughtException"));
  const restoreWorker = replaceWorker();
  try {
    return await factory({ wasmBinary, mainScriptUrlOrBlob: script });
  } finally {
    restoreWorker();
    // Emscripten listens to both events of the process and throws the errors again.
    processEvents.forEach((event, i) => {
      for (const listener of process.listeners(event as "uncaughtException")) {
        if (!listeners[i].includes(listener)) process.off(event, listener);
      }
    });
  }
}

/** Emscripten reads `Worker` from the global object and assigns to it. Returns a function that restores it. */
function replaceWorker(): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => IdleThread, set: () => {} });
  return () => {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else Reflect.deleteProperty(globalThis, "Worker");
  };
}
