import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import type { ConsoleInterface, Executor } from "tslab/dist/executor";
import * as jupyter from "tslab/dist/jupyter";
import type { CellSources } from "./cell-source";
import type { Declarations } from "./declarations";
import { complaint, type Failure, merged, thrown } from "./failure";
import { withReadableFrames } from "./frames";
import type { Guard } from "./guard";
import type { History } from "./history";
import { CellInterrupted, type Link, type Publish } from "./link";
import type { Streams } from "./streams";

/** The parts of an `execute_request` that matter here. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly stop_on_error?: boolean;
  /** What the front end wants to know after the cell, by names of its own. */
  readonly user_expressions?: Readonly<Record<string, string>>;
}

/** Content of an `execute_reply`. */
export type ExecuteReply =
  | { readonly status: "aborted" }
  | {
      readonly status: "ok";
      readonly execution_count: number;
      readonly payload: [];
      readonly user_expressions: object;
    }
  | ({ readonly status: "error"; readonly execution_count: number } & Failure);

/** Requests that a front end sent behind a failing cell may still sit in the socket for this long. */
const millisecondsToDrain = 50;

/** A value by type of its form. */
interface Shown {
  readonly "text/plain": string;
}

const nowhere: Publish = () => undefined;

/** Runs cells one after another on tslab's executor and says what tslab leaves unsaid: inputs, results and errors. */
export class Cells {
  readonly executor: Executor;
  /** Execution count of the cell that runs or ran last. */
  execution = 0;
  private generation = 0;
  private last: Promise<unknown> = Promise.resolve();
  private failures: Failure[] = [];
  private running = false;
  private code = "";
  private publish: Publish = nowhere;
  private shown: (data: Shown) => void = () => undefined;

  /** @param createExecutor is given the console to which the executor reports results and errors. */
  constructor(
    createExecutor: (console: ConsoleInterface) => Executor,
    private readonly link: Link,
    private readonly sources: CellSources,
    private readonly streams: Streams,
    private readonly history: History,
    private readonly guard: Guard,
    private readonly declarations: Declarations,
  ) {
    this.executor = createExecutor({
      log: (value: unknown) => this.result(value),
      error: (...report: unknown[]) => this.report(report),
    });
  }

  /** Publishes about the running cell; undefined while none runs. */
  get current(): Publish | undefined {
    return this.running ? this.publish : undefined;
  }

  /** Runs a cell after all that were asked for before; when one of them fails, the ones behind it are aborted. */
  run(request: ExecuteRequest, cell: string, publish: Publish): Promise<ExecuteReply> {
    const { generation } = this;
    const reply = this.last.then(() =>
      generation === this.generation
        ? this.execute(request, cell, publish)
        : ({ status: "aborted" } as const),
    );
    this.last = reply;
    return reply;
  }

  /** An error that no code waits for fails the cell in which it surfaces; what the cell has under way stops with it. */
  stray(error: unknown): void {
    if (error instanceof CellInterrupted) return; // code of an interrupted cell that came to its end
    const failure = thrown(error, this.sources);
    if (this.running) {
      this.failures.push(failure);
      this.link.abort();
      this.guard.stop();
      this.executor.interrupt();
    } else console.error(failure.traceback.join("\n"));
  }

  /** @param stopped whether its code is being stopped already */
  interrupt(stopped = false): void {
    if (!this.running || this.link.abort()) return;
    if (!stopped) this.guard.stop();
    this.executor.interrupt();
  }

  private async execute(request: ExecuteRequest, cell: string, publish: Publish): Promise<ExecuteReply> {
    this.begin(request, cell, publish);
    const failure = await this.attempt(request.code);
    const user_expressions = failure ? {} : await this.valuesOf(request.user_expressions ?? {});
    this.running = false;
    this.guard.end();
    this.streams.flush();
    const counted = { execution_count: this.execution };
    if (!failure) return { status: "ok", ...counted, payload: [], user_expressions };
    this.publish("error", failure);
    if (request.stop_on_error !== false) {
      await delay(millisecondsToDrain);
      this.generation++;
    }
    return { status: "error", ...counted, ...failure };
  }

  /** Runs code to its end. What failed is undefined where nothing did. */
  private async attempt(code: string): Promise<Failure | undefined> {
    this.code = code;
    this.failures = [];
    try {
      const done = this.executor.execute(code);
      this.guard.inScript(false);
      await done;
      await delay(0); // Node reports a rejection that nobody handles only after the turn in which it came up.
    } catch (error) {
      this.failures.push(thrown(error, this.sources));
    }
    this.declarations.end(this.failures.length > 0);
    return this.failures.length ? merged(this.failures) : undefined;
  }

  /** What the front end asks about after a cell, each by itself: one that fails says so in its place. */
  private async valuesOf(expressions: Readonly<Record<string, string>>): Promise<object> {
    const values: Record<string, object> = {};
    for (const [name, code] of Object.entries(expressions)) {
      let data = { "text/plain": "undefined" };
      this.shown = (found) => {
        data = found;
      };
      const failure = await this.attempt(code);
      values[name] = failure ? { status: "error", ...failure } : { status: "ok", data, metadata: {} };
    }
    return values;
  }

  private begin(request: ExecuteRequest, cell: string, publish: Publish): void {
    const { code, silent = false, store_history: stored = true } = request;
    if (stored && !silent) this.history.add(++this.execution, code);
    this.running = true;
    this.shown = (data) =>
      this.publish("execute_result", { execution_count: this.execution, data, metadata: {} });
    this.guard.begin();
    this.streams.begin(silent ? nowhere : publish);
    this.publish = (type, content) => {
      this.streams.flush();
      if (!silent || type === "status") publish(type, content);
    };
    this.link.begin(cell, this.execution, this.publish);
    const display = (content: object, update: boolean): void =>
      this.publish(update ? "update_display_data" : "display_data", content);
    Object.assign(jupyter, { lastWriteDisplayData: display }); // where tslab's own `display` functions write
    this.publish("execute_input", { code, execution_count: this.execution });
  }

  /** A cell's last expression. */
  private result(value: unknown): void {
    this.shown({ "text/plain": withReadableFrames(shortened(inspect(value)), this.sources) });
  }

  /** tslab reports what was thrown, or a format and its values for a compiler's complaint. */
  private report([first, file, line, column, message]: unknown[]): void {
    const isComplaint = typeof first === "string" && first.startsWith("%s%d:%d");
    this.failures.push(
      isComplaint
        ? complaint(this.code, {
            file: String(file).trim() || undefined,
            line: Number(line),
            column: Number(column),
            message: String(message),
          })
        : thrown(first, this.sources),
    );
  }
}

/** Of a value's text; a page that is given millions stands still. */
const mostCharacters = 100_000;

function shortened(text: string): string {
  if (text.length <= mostCharacters) return text;
  const left = (text.length - mostCharacters).toLocaleString("en");
  return `${text.slice(0, mostCharacters)}\n… ${left} characters more`;
}
