import { existsSync, readdirSync, statSync } from "node:fs";
import { CorpusError } from "../base/errors";
import type { SplitName } from "../corpus";

/** What a command was given: the splits of a corpus folder, or one file (for brat, one folder) without splits. */
export type CorpusInput =
  | { readonly splits: Readonly<Partial<Record<SplitName, string>>> }
  | { readonly file: string };

/** @throws CorpusError when there is nothing, or a folder that holds no split */
export async function corpusInput(path: string): Promise<CorpusInput> {
  const { splitFiles } = await import("../corpus/formats/splits.js");
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file or folder");
  if (!statSync(path).isDirectory()) return { file: path };
  const splits = splitFiles(path);
  if (Object.keys(splits).length) return { splits };
  if (readdirSync(path).some((name) => name.endsWith(".ann"))) return { file: path };
  throw new CorpusError(
    { file: path },
    "holds neither splits (train.json, valid.txt, …) nor annotations of brat (.ann); give such a folder, or one file",
  );
}
