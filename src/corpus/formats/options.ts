/** The formats that a corpus can be read from. */
export const formatNames = ["json", "jsonl", "arrow", "conll", "nested", "weibo", "genia", "brat"] as const;

export type FormatName = (typeof formatNames)[number];

/** The formats that a corpus can be written in. */
export const writtenFormats = ["json", "jsonl", "arrow", "conll", "nested", "brat"] as const;

export type WrittenFormat = (typeof writtenFormats)[number];

/** What a column of a column file holds; "-" is passed over. */
export type Column = "token" | "pos" | "tag" | "-";

/** How tags mark entities; IOB1 and IOB2 are told apart by when an entity begins with `B-`. */
export const tagSchemes = ["iob1", "iob2", "bioes", "bmes"] as const;

export type TagScheme = (typeof tagSchemes)[number];

/** How to read what a format leaves open. */
export interface ReadOptions {
  /** Default: recognised by the file's name and content. */
  readonly from?: FormatName;
  /** Column files: what each column holds, first to last. Default: recognised. */
  readonly columns?: readonly Column[];
  /**
   * Column files: which sentences are context for each other. `marked`: those between two `-DOCSTART-` lines, and none in a
   * file without them; `file`: all of a file; `none`. Default `marked`.
   */
  readonly contexts?: "marked" | "file" | "none";
  /** WeiboNER: whether a token is a character or a word. Default `word`, as in the paper. */
  readonly level?: "char" | "word";
  /** GENIA's XML: the paper's five types, or all `sem` types as they stand there. Default `five`. */
  readonly types?: "five" | "all";
  /** GENIA's XML: a coordination such as "c-fos and c-jun genes" is one mention as a whole, or none. Default `cover`. */
  readonly coordination?: "cover" | "drop";
  /** Raw text (brat, GENIA without word marks): where tokens end. Default `words`. */
  readonly tokens?: "words" | "space";
  /** brat: a mention of several fragments covers all from the first to the last, is its first fragment, or is left out. */
  readonly discontinuous?: "cover" | "first" | "drop";
  /** brat: what offsets count: Unicode characters as brat does (default), or UTF-16 code units. */
  readonly offsets?: "characters" | "utf-16";
  /** Read column files and WeiboNER with the faults of the authors' released converters. */
  readonly asReleased?: boolean;
}

export interface WriteOptions {
  readonly to: WrittenFormat;
  /** Column files: how tags mark entities. Default `iob2`. */
  readonly scheme?: TagScheme;
  /** `conll`: which of entities that share a token is kept. Default: such a corpus is refused. */
  readonly keep?: "outermost" | "innermost";
}
