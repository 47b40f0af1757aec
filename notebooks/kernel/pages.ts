import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { writeAtomic } from "../../src/base/files";
import type { NotebookReport } from "./execute-all";
import { type IndexEntry, renderIndexPage } from "./index-page";
import { readNotebook } from "./notebook";
import { type PageLink, renderNotebookPage } from "./page";
import { summarize } from "./summary";

const index: PageLink = { href: "index.html", title: "Notebooks" };

/**
 * Writes a page for each executed notebook of a folder, those of earlier runs included, each leading to its neighbors, and
 * the index of all.
 * @returns path of the index
 */
export function writePages(folder: string, reports: readonly NotebookReport[]): string {
  const seconds = new Map(reports.map((report) => [basename(report.output), report.seconds]));
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
  const entries = names.map((name): IndexEntry & { readonly name: string; readonly page: string } => {
    const page = name.replace(/\.ipynb$/, ".html");
    return {
      ...summarize(readNotebook(join(folder, name))),
      ...{ name, page, seconds: seconds.get(name) },
      // a name may hold what ends an address, or what makes it one of another kind: "javascript:"
      href: encodeURIComponent(page),
    };
  });
  for (const [place, { name, page }] of entries.entries()) {
    const links = { index, previous: entries[place - 1], next: entries[place + 1] };
    writeAtomic(join(folder, page), renderNotebookPage(readNotebook(join(folder, name)), links));
  }
  const path = join(folder, index.href);
  writeAtomic(path, renderIndexPage(index.title, entries));
  return path;
}
