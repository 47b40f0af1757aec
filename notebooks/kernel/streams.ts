import type { Publish } from "./link";

const streams = ["stdout", "stderr"] as const;
const standardError = process.stderr.write.bind(process.stderr);

/** Sends what the process prints from now on as output of a cell; as with every kernel, also after the cell has ended. */
export function redirectStreams(publish: Publish): void {
  for (const name of streams) {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      publish("stream", { name, text: Buffer.from(chunk as Uint8Array).toString("utf8") });
      for (const argument of rest) if (typeof argument === "function") argument();
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}

/** Prints on the terminal that the kernel was started from. */
export function log(line: string): void {
  standardError(`${line}\n`);
}
