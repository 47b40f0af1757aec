const schedule: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;

/** Lets timers and events run, in Node and in browsers. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => schedule(resolve));
}
