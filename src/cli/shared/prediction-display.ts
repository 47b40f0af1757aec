import type { Progress } from "../../base/progress";
import { type CutOffCount, describeCutOff } from "../../corpus/cut-off";
import type { ModelDescription } from "../../detector/storage";
import type { Skipped } from "../../detector/stream";
import type { PredictionInput } from "./prediction-input";
import type { SentenceLine } from "./sentence-lines";

/** Shows the progress of a prediction on standard error, and warns about sentences that do not suit the model. */
export class PredictionDisplay {
  private readonly began = performance.now();
  private sentences = 0;
  private untagged = 0;
  private skipped = 0;
  /** Sentences that were skipped because the engine has no memory for them. */
  withoutMemory = 0;

  constructor(
    private readonly progress: Progress,
    /** The models that predict. */
    private readonly descriptions: readonly Pick<ModelDescription, "model" | "vocabularies">[],
    /** For each model, counts what its BERT does not read. */
    private readonly cutOffs: readonly (CutOffCount | undefined)[] = [],
  ) {}

  /** Reports a sentence that was predicted and written. */
  sentence(line: SentenceLine, input: PredictionInput, skipped?: Skipped): void {
    this.sentences++;
    if (skipped) this.skip(line, skipped);
    else {
      this.warnOfTags(line);
      for (const cutOff of this.cutOffs) cutOff?.add({ tokens: line.tokens, entities: line.gold });
    }
    // The bar would mix with the output on a terminal that shows both.
    if (process.stdout.isTTY && process.stderr.isTTY) return;
    const figures = `${this.rate()} sentences/s`;
    this.progress.update({ ...input.progress(this.sentences), place: this.count(), figures });
  }

  /** "1,668 sentences written to out.jsonl, 98 per second" */
  summary(path?: string): string {
    const target = path === undefined ? "predicted" : `written to ${path}`;
    const tags = this.untagged ? `; ${this.untagged.toLocaleString("en")} without part-of-speech tags` : "";
    const skipped = this.skipped ? `; ${this.skipped.toLocaleString("en")} skipped` : "";
    return `${this.count()} ${target}, ${this.rate()} per second${tags}${skipped}`;
  }

  /** The tokens that the BERT of each model did not read. */
  losses(): string[] {
    return this.descriptions.flatMap(({ model }, index) => {
      const cutOff = this.cutOffs[index];
      return cutOff?.sentences ? [describeCutOff("input", cutOff, model.bert?.positions ?? 0)] : [];
    });
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

  /** Explains why a model that was trained with part-of-speech tags misses entities in sentences without tags. */
  private warnOfTags({ record, place }: SentenceLine): void {
    const tagged = this.descriptions.find(({ model }) => model.embedding.pos);
    if (!tagged || record.pos !== undefined || this.untagged++) return;
    const tags = tagged.vocabularies.pos.toJSON().slice(0, 20).join(" ");
    this.print(
      `${place} has no part-of-speech tags, which this model was trained with: it may miss entities in this and similar ` +
        `sentences; give tags as "pos" (${tags})`,
    );
  }
}
