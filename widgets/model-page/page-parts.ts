/** The functions of the page's first script, which unpacks the parts of the page. */
export interface PageParts {
  /** The bytes of a part. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Runs a part that is a script. Does nothing if the page lacks it. */
  run(name: string): Promise<void>;
}

/** What the page says about its model, apart from what the engine needs. */
export interface PageInfo {
  readonly title: string;
  /** Where the model comes from and how it scores, one line. */
  readonly about: string;
  readonly examples: readonly string[];
}
