import { StringDecoder } from "node:string_decoder";
import type { Publish } from "./link";

const names = ["stdout", "stderr"] as const;
type StreamName = (typeof names)[number];

const standardError = process.stderr.write.bind(process.stderr);

/** Front ends drop output that comes in thousands of messages, so what is printed soon after
 * another print waits this long for more. */
const millisecondsToGather = 30;
const charactersToGather = 2 ** 16;

/** Sends what the process prints as output of a cell; as with every kernel, also after the cell has ended. */
export class Streams {
  private publish: Publish = () => undefined;
  private name: StreamName = "stdout";
  private text = "";
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param readable makes what was printed fit to be read */
  constructor(private readonly readable: (text: string) => string) {}

  /** Takes over what this process, and each worker thread of it, prints on standard output and standard error. */
  install(): void {
    for (const name of names) {
      const decoder = new StringDecoder("utf8"); // a chunk may end within a character
      const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
        this.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
        for (const argument of rest) if (typeof argument === "function") process.nextTick(argument);
        return true;
      };
      process[name].write = write as typeof process.stdout.write;
    }
  }

  /** What is printed from now on is output of this cell. */
  begin(publish: Publish): void {
    this.flush();
    this.sentAt = 0;
    this.publish = publish;
  }

  /** Sends what has been gathered; before any other message about the cell, so that all come in order. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { name, text } = this;
    if (!text) return;
    this.text = "";
    this.sentAt = Date.now();
    this.publish("stream", { name, text: this.readable(text) });
  }

  private write(name: StreamName, text: string): void {
    if (name !== this.name) this.flush();
    this.name = name;
    this.text += text;
    // a loop that never waits lets no timer through
    const due = Date.now() - this.sentAt >= millisecondsToGather || this.text.length >= charactersToGather;
    if (due) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), millisecondsToGather);
  }
}

/** Prints on the terminal that the kernel was started from. */
export function log(line: string): void {
  standardError(`${line}\n`);
}
