import { StringDecoder } from "node:string_decoder";
import type { Publish } from "./wire";

const names = ["stdout", "stderr"] as const;
type StreamName = (typeof names)[number];

const writeToTerminal = process.stderr.write.bind(process.stderr);

/** Front ends drop outputs that arrive in thousands of messages, so a print soon after another waits for more. */
const millisecondsToGather = 30;
const charactersToGather = 2 ** 16;
/** If the two streams alternate more often than this, each is sent in one piece and their order is lost. */
const maxPieces = 16;

/** Publishes what the process prints as output of the current cell, or of the last one after its end. */
export class CellStreams {
  private publish: Publish = () => undefined;
  private pieces: Piece[] = [];
  private characters = 0;
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param rewrite applied to each text before it is published */
  constructor(private readonly rewrite: (text: string) => string) {}

  /** Captures standard output and standard error of this process and its worker threads. */
  install(): void {
    for (const name of names) {
      const decoder = new StringDecoder("utf8"); // a chunk can end within a character
      const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
        this.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
        for (const argument of rest) if (typeof argument === "function") process.nextTick(argument);
        return true;
      };
      process[name].write = write as typeof process.stdout.write;
    }
  }

  /** A cell starts, to which all later output belongs. */
  begin(publish: Publish): void {
    this.flush();
    this.sentAt = 0;
    this.publish = publish;
  }

  /** Publishes the gathered output. Call it before any other message about the cell, to keep the order. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { pieces } = this;
    if (!pieces.length) return;
    this.pieces = [];
    this.characters = 0;
    this.sentAt = Date.now();
    for (const { name, text } of pieces.length > maxPieces ? joinedByStream(pieces) : pieces)
      this.publish("stream", { name, text: this.rewrite(text) });
  }

  private write(name: StreamName, text: string): void {
    if (!text) return;
    const last = this.pieces.at(-1);
    if (last?.name === name) last.text += text;
    else this.pieces.push({ name, text });
    this.characters += text.length;
    // In a loop that never waits, the timer never fires.
    const isDue = Date.now() - this.sentAt >= millisecondsToGather || this.characters >= charactersToGather;
    if (isDue) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), millisecondsToGather);
  }
}

/** Text that one stream printed before the other printed something. */
interface Piece {
  readonly name: StreamName;
  text: string;
}

function joinedByStream(pieces: readonly Piece[]): Piece[] {
  const textOf = (stream: StreamName): string =>
    pieces.map(({ name, text }) => (name === stream ? text : "")).join("");
  return names.map((name) => ({ name, text: textOf(name) }));
}

/** Prints on the terminal from which the kernel was started. */
export function log(line: string): void {
  writeToTerminal(`${line}\n`);
}
