import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import type { ConsoleInterface, Executor } from "tslab/dist/executor";
import { showValue } from "../../widgets/values";
import { compileFailure, type Failure, merged, thrown } from "./cell-failure";
import type { CellSources } from "./cell-source";
import type { CellStreams } from "./cell-streams";
import type { Declarations } from "./declarations";
import { ownBundle } from "./display-protocol";
import type { EsModules } from "./es-modules";
import { withReadableFrames } from "./frames";
import type { Guard } from "./guard";
import type { History } from "./history";
import { CellInterrupted, type Link } from "./link";
import { jupyter } from "./tslab";
import type { Publish } from "./wire";

/** The fields of an `execute_request` that the kernel uses. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly stop_on_error?: boolean;
  /** Expressions to evaluate after the cell, under names that the front end chooses. */
  readonly user_expressions?: Readonly<Record<string, string>>;
}

/** Requests sent after a failing cell can stay in the socket for this long. */
const millisecondsToDrain = 50;

interface TextData {
  readonly "text/plain": string;
}

const ignore: Publish = () => undefined;

/** Runs cells one after another on tslab's executor and publishes what tslab does not: inputs, results and errors. */
export class CellRunner {
  readonly executor: Executor;
  /** Execution count of the current or last cell. */
  execution = 0;
  private generation = 0;
  private last: Promise<unknown> = Promise.resolve();
  private failures: Failure[] = [];
  private running = false;
  private code = "";
  private publish: Publish = ignore;
  /** The value of the last expression of the code that ran, if it has one. */
  private readonly results: unknown[] = [];

  /** @param createExecutor receives the console to which the executor writes results and errors */
  constructor(
    createExecutor: (console: ConsoleInterface) => Executor,
    private readonly link: Link,
    private readonly sources: CellSources,
    private readonly streams: CellStreams,
    private readonly history: History,
    private readonly guard: Guard,
    private readonly declarations: Declarations,
    private readonly modules: EsModules,
  ) {
    this.executor = createExecutor({
      log: (value: unknown) => {
        this.results.push(value);
      },
      error: (...report: unknown[]) => this.addFailure(report),
    });
  }

  /** Publishes messages about the running cell; undefined between cells. */
  get current(): Publish | undefined {
    return this.running ? this.publish : undefined;
  }

  /**
   * Runs a cell after all cells requested before. If one of those fails, this one is aborted.
   * @returns content of the `execute_reply`
   */
  run(request: ExecuteRequest, cell: string, publish: Publish): Promise<object> {
    const { generation } = this;
    const reply = this.last.then(() =>
      generation === this.generation ? this.execute(request, cell, publish) : { status: "aborted" },
    );
    this.last = reply;
    return reply;
  }

  /** Handles an error that no code awaits: fails the running cell and stops the rest of it. */
  handleUncaught(error: unknown): void {
    if (error instanceof CellInterrupted) return; // from leftover code of an interrupted cell
    const failure = thrown(error, this.sources);
    if (this.running) {
      this.failures.push(failure);
      this.link.abort();
      this.guard.stop();
      this.executor.interrupt();
    } else console.error(failure.traceback.join("\n"));
  }

  /** @param stopped whether the guard is already stopping its code */
  interrupt(stopped = false): void {
    if (!this.running || this.link.abort()) return;
    if (!stopped) this.guard.stop();
    this.executor.interrupt();
  }

  private async execute(request: ExecuteRequest, cell: string, publish: Publish): Promise<object> {
    this.begin(request, cell, publish);
    const failure = await this.attempt(request.code, (value) => this.showResult(value));
    const user_expressions = failure ? {} : await this.evaluate(request.user_expressions ?? {});
    this.running = false;
    this.guard.end();
    this.streams.flush();
    const execution_count = this.execution;
    if (!failure) return { status: "ok", execution_count, payload: [], user_expressions };
    this.publish("error", failure);
    if (request.stop_on_error !== false) {
      await delay(millisecondsToDrain);
      this.generation++;
    }
    return { status: "error", execution_count, ...failure };
  }

  /**
   * Runs code to its end.
   * @param onResult called with the last expression's value, if there is one
   * @returns the failure, if any
   */
  private async attempt(
    code: string,
    onResult: (value: unknown) => void | Promise<void>,
  ): Promise<Failure | undefined> {
    this.code = code;
    this.failures = [];
    this.results.length = 0;
    try {
      await this.modules.prepare(code);
      const done = this.executor.execute(code);
      this.guard.set("inScript", false);
      await done;
      for (const value of this.results) await onResult(value);
      await delay(0); // Node reports an unhandled rejection only after the turn that caused it
    } catch (error) {
      this.failures.push(thrown(error, this.sources));
    }
    this.declarations.end(this.failures.length > 0);
    return this.failures.length ? merged(this.failures) : undefined;
  }

  /** Evaluates user expressions. A failing expression gets its error in place of its value. */
  private async evaluate(expressions: Readonly<Record<string, string>>): Promise<object> {
    const values: Record<string, object> = {};
    for (const [name, code] of Object.entries(expressions)) {
      let data = { "text/plain": "undefined" };
      const failure = await this.attempt(code, (value) => {
        data = this.textOf(value);
      });
      values[name] = failure ? { status: "error", ...failure } : { status: "ok", data, metadata: {} };
    }
    return values;
  }

  /**
   * Shows a value of the library as its widget. Shows any other value with its display method, or as text if it has no such method.
   */
  private async showResult(value: unknown): Promise<void> {
    if (await showValue(value)) return;
    const data = (await ownBundle(value)) ?? this.textOf(value);
    this.publish("execute_result", { execution_count: this.execution, data, metadata: {} });
  }

  private textOf(value: unknown): TextData {
    return { "text/plain": withReadableFrames(cutToSize(inspect(value)), this.sources) };
  }

  private begin(request: ExecuteRequest, cell: string, publish: Publish): void {
    const { code, silent = false, store_history: isStored = true } = request;
    if (isStored && !silent) this.history.add(++this.execution, code);
    this.running = true;
    this.guard.begin();
    this.streams.begin(silent ? ignore : publish);
    this.publish = (type, content) => {
      this.streams.flush();
      if (!silent || type === "status") publish(type, content);
    };
    this.link.begin(cell, this.execution, this.publish);
    const display = (content: object, update: boolean): void =>
      this.publish(update ? "update_display_data" : "display_data", content);
    Object.assign(jupyter, { lastWriteDisplayData: display }); // tslab's own `display` functions call it
    this.publish("execute_input", { code, execution_count: this.execution });
  }

  /** Adds what tslab reports: a thrown value, or a format string with the values of a compiler's diagnostic. */
  private addFailure([first, file, line, column, message]: unknown[]): void {
    const isDiagnostic = typeof first === "string" && first.startsWith("%s%d:%d");
    this.failures.push(
      isDiagnostic
        ? compileFailure(this.code, {
            file: String(file).trim() || undefined,
            line: Number(line),
            column: Number(column),
            message: String(message),
          })
        : thrown(first, this.sources),
    );
  }
}

/** Front ends freeze on a text of millions of characters. */
const maxCharacters = 100_000;

function cutToSize(text: string): string {
  if (text.length <= maxCharacters) return text;
  const hidden = (text.length - maxCharacters).toLocaleString("en");
  return `${text.slice(0, maxCharacters)}\n… ${hidden} more characters`;
}
