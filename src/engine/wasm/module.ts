import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { WasmModule } from "./heap";

/** What emscripten's loader of the threaded build takes and returns. */
type Factory = (options: {
  readonly wasmBinary: Uint8Array;
  readonly mainScriptUrlOrBlob: string;
}) => Promise<WasmModule>;

const processEvents = ["uncaughtException", "unhandledRejection"] as const;

/** Stands in for the eight threads that emscripten starts in advance and tfjs, set to one thread, never uses. */
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
 * tfjs's module in its threaded build, the one whose memory can be shared with our workers. It is made here because tfjs
 * itself takes that build in browsers only.
 */
export async function loadModule(): Promise<WasmModule> {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
  const script = join(folder, "tfjs-backend-wasm-threaded-simd.js");
  const wasmBinary = readFileSync(join(folder, "tfjs-backend-wasm-threaded-simd.wasm"));
  const factory: Factory = require(script);
  const listeners = processEvents.map((event) => process.listeners(event as "uncaughtException"));
  const undo = replaceWorker();
  try {
    const module = await factory({ wasmBinary, mainScriptUrlOrBlob: script });
    return Object.assign(module, { tfjs: tfjsFunctions(module) });
  } finally {
    undo();
    // emscripten listens to both events of the whole process and throws the errors again.
    processEvents.forEach((event, i) => {
      for (const listener of process.listeners(event as "uncaughtException")) {
        if (!listeners[i].includes(listener)) process.off(event, listener);
      }
    });
  }
}

/** emscripten assigns `Worker` of the global object and reads it there. Returns what undoes the replacement. */
function replaceWorker(): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => IdleThread, set: () => {} });
  return () => {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else Reflect.deleteProperty(globalThis, "Worker");
  };
}

/** The functions of its C++ side that tfjs's backend calls, as its own loader wraps them. */
function tfjsFunctions({ cwrap }: WasmModule): object {
  return {
    init: cwrap("init", null, []),
    initWithThreadsCount: cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: cwrap("get_threads_count", "number", []),
    registerTensor: cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: cwrap("dispose_data", null, ["number"]),
    dispose: cwrap("dispose", null, []),
  };
}
