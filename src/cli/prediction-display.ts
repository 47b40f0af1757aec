import type { Progress } from "../base/progress";
import { type CutOffCount, describeCutOff } from "../corpus/cut-off";
import type { Skipped } from "../detector/entity-detector";
import type { ModelDescription } from "../detector/storage";
import type { Source } from "./predict-source";
import type { SentenceLine } from "./sentence-lines";

/** Shows on standard error how a prediction goes on, and warns of sentences that the model was not made for. */
export class PredictionDisplay {
  private readonly began = performance.now();
  private sentences = 0;
  private untagged = 0;
  private skipped = 0;
  /** Sentences that were skipped because the engine has no memory for them. */
  withoutMemory = 0;

  constructor(
    private readonly progress: Progress,
    private readonly description: Pick<ModelDescription, "model" | "vocabularies">,
    /** Of a model with BERT: counts what that does not read. */
    private readonly cutOff?: CutOffCount,
  ) {}

  /** A sentence has been predicted and written. */
  sentence(line: SentenceLine, source: Source, skipped?: Skipped): void {
    this.sentences++;
    if (skipped) this.skip(line, skipped);
    else {
      this.warnOfTags(line);
      this.cutOff?.add({ tokens: line.tokens, entities: line.gold });
    }
    // on a terminal that shows the output too, the two would get in each other's way
    if (process.stdout.isTTY && process.stderr.isTTY) return;
    const figures = `${this.rate()} sentences/s`;
    this.progress.update({ ...source.progress(this.sentences), place: this.count(), figures });
  }

  /** "1,668 sentences written to out.jsonl, 98 a second" */
  summary(path?: string): string {
    const target = path === undefined ? "predicted" : `written to ${path}`;
    const tags = this.untagged ? `; ${this.untagged.toLocaleString("en")} without part-of-speech tags` : "";
    const skipped = this.skipped ? `; ${this.skipped.toLocaleString("en")} skipped` : "";
    return `${this.count()} ${target}, ${this.rate()} a second${tags}${skipped}`;
  }

  /** What the model's BERT did not read, if anything. */
  losses(): string[] {
    const { positions = 0 } = this.description.model.bert ?? {};
    return this.cutOff?.sentences ? [describeCutOff("input", this.cutOff, positions)] : [];
  }

  print(line: string): void {
    this.progress.print(line);
  }

  stop(): void {
    this.progress.stop();
  }

  private count(): string {
    return `${this.sentences.toLocaleString("en")} sentence${this.sentences === 1 ? "" : "s"}`;
  }

  private rate(): string {
    const rate = this.sentences / ((performance.now() - this.began) / 1000);
    return rate.toFixed(rate < 10 ? 1 : 0);
  }

  private skip({ place }: SentenceLine, { limit, problem }: Skipped): void {
    this.skipped++;
    if (limit === "memory") this.withoutMemory++;
    this.print(`${place} ${problem}; skipped`);
  }

  /** A model that learnt from part-of-speech tags finds little where it gets none, and nobody would see why. */
  private warnOfTags({ record, place }: SentenceLine): void {
    const { model, vocabularies } = this.description;
    if (!model.embedding.pos || record.pos !== undefined || this.untagged++) return;
    const known = vocabularies.pos.toJSON().slice(0, 20).join(" ");
    this.print(
      `${place} has no part-of-speech tags, from which this model has learnt, so it may miss entities there and in others like ` +
        `it; give them as "pos" (${known})`,
    );
  }
}
