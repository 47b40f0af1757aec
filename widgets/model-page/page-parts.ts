import type { TextSentence } from "../../src/browser";

/** The functions of the page's first script, which unpacks the parts of the page. */
export interface PageParts {
  /** The bytes of a part. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Runs a part that is a script. Does nothing if the page lacks it. */
  run(name: string): Promise<void>;
  /** Imports a part that is a module. */
  load(name: string): Promise<unknown>;
}

/** A text to choose in the page. */
export interface PageExample {
  readonly text: string;
  /** The text as the model's text reader splits it, so that the page shows it before it can split texts. */
  readonly sentences: readonly TextSentence[];
}

/** The page's description of its model, for the reader. */
export interface PageInfo {
  readonly title: string;
  /** The model's origin and scores, on one line. */
  readonly about: string;
  readonly examples: readonly PageExample[];
}
