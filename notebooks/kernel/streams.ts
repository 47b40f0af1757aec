import { StringDecoder } from "node:string_decoder";
import type { Publish } from "./link";

const names = ["stdout", "stderr"] as const;
type StreamName = (typeof names)[number];

const standardError = process.stderr.write.bind(process.stderr);

/** Front ends drop output that comes in thousands of messages, so what is printed soon after
 * another print waits this long for more. */
const millisecondsToGather = 30;
const charactersToGather = 2 ** 16;
/** When both streams take turns more often than this meanwhile, each is sent as one, and their turns are lost. */
const mostPieces = 16;

/** Sends what the process prints as output of a cell; as with every kernel, also after the cell has ended. */
export class Streams {
  private publish: Publish = () => undefined;
  private pieces: Piece[] = [];
  private characters = 0;
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
    const { pieces } = this;
    if (!pieces.length) return;
    this.pieces = [];
    this.characters = 0;
    this.sentAt = Date.now();
    for (const { name, text } of pieces.length > mostPieces ? byName(pieces) : pieces)
      this.publish("stream", { name, text: this.readable(text) });
  }

  private write(name: StreamName, text: string): void {
    if (!text) return;
    const last = this.pieces.at(-1);
    if (last?.name === name) last.text += text;
    else this.pieces.push({ name, text });
    this.characters += text.length;
    // a loop that never waits lets no timer through
    const due = Date.now() - this.sentAt >= millisecondsToGather || this.characters >= charactersToGather;
    if (due) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), millisecondsToGather);
  }
}

/** What was printed on one of the streams before the other had its turn. */
interface Piece {
  readonly name: StreamName;
  text: string;
}

/** All of each stream in one piece. */
function byName(pieces: readonly Piece[]): Piece[] {
  return names.map((name) => ({
    name,
    text: pieces.map((piece) => (piece.name === name ? piece.text : "")).join(""),
  }));
}

/** Prints on the terminal that the kernel was started from. */
export function log(line: string): void {
  standardError(`${line}\n`);
}
