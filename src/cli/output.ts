import { printable } from "../base/printable";

/** A result, on standard output. */
export function printText(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** A result for scripts: one JSON document on standard output. */
export function printJson(value: unknown): void {
  printText(JSON.stringify(value, undefined, 2));
}

/** What happens on the way, on standard error. */
export function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
