import type { TextRules } from "../../corpus";
import type { ModelDescription } from "../../detector/storage";

const ruleNames: Readonly<Record<TextRules, string>> = {
  english: "by the rules for English",
  unicode: "by Unicode's rules",
  corpus: "like the training corpus",
};

/** Counts the sentences of a text by the rules that split them into tokens. */
export class TextSplit {
  private readonly counts = new Map<TextRules, number>();

  async *counted<T extends { readonly rules: TextRules }>(sentences: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const sentence of sentences) {
      this.counts.set(sentence.rules, (this.counts.get(sentence.rules) ?? 0) + 1);
      yield sentence;
    }
  }

  /**
   * "text: split by the rules for English (3 sentences)", and a warning if the model's corpus was split differently; `undefined`
   * without sentences
   */
  describe({ tokenizer }: Pick<ModelDescription, "tokenizer">): string | undefined {
    if (!this.counts.size) return undefined;
    const parts = [...this.counts].map(([rules, count]) => {
      const number = count.toLocaleString("en");
      return `${ruleNames[rules]} (${number} sentence${count === 1 ? "" : "s"})`;
    });
    const warning = this.counts.has("corpus")
      ? ""
      : tokenizer === undefined
        ? "; the training corpus contained tokens, which may be split differently"
        : "; the training corpus was split differently";
    return `text: split ${parts.join(" and ")}${warning}`;
  }
}
