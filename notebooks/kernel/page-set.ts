import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { writeAtomic } from "../../src/base/files";
import { escapeHtml } from "../../widgets/shared/html";
import type { NotebookReport } from "./execute-all";
import { readNotebook } from "./notebook-file";
import { renderMarkdown } from "./notebook-markdown";
import { layOutPage, type PageLink, renderNotebookPage } from "./notebook-page";
import { type NotebookSummary, summarize } from "./notebook-summary";

const index: PageLink = { href: "index.html", title: "Notebooks" };

interface IndexEntry extends NotebookSummary {
  /** Path of the page, relative to the index. */
  readonly href: string;
  /** Duration; undefined if the notebook did not run this time. */
  readonly seconds: number | undefined;
}

/**
 * Writes linked pages of all executed notebooks in a folder, including those of earlier runs, and their index.
 * @returns path of the index
 */
export function writePages(folder: string, reports: readonly NotebookReport[]): string {
  const seconds = new Map(reports.map((report) => [basename(report.output), report.seconds]));
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => ({ name, page: name.replace(/\.ipynb$/, ".html") }));
  const entries = pages.map(({ name, page }) => ({
    ...summarize(readNotebook(join(folder, name))),
    seconds: seconds.get(name),
    href: encodeURIComponent(page), // a name can look like an address: "javascript:"
  }));
  const names = new Set(pages.map(({ name }) => encodeURIComponent(name.replace(/\.ipynb$/, ""))));
  for (const [i, { name, page }] of pages.entries()) {
    const links = { index, pages: names, previous: entries[i - 1], next: entries[i + 1] };
    writeAtomic(join(folder, page), renderNotebookPage(readNotebook(join(folder, name)), links));
  }
  const path = join(folder, index.href);
  const cards = [`<div class="cards">`, ...entries.map((entry) => card(entry, names)), "</div>"];
  writeAtomic(path, layOutPage(index.title, [`<h1>${index.title}</h1>`, ...cards]));
  return path;
}

function card({ href, title, paragraph, picture, seconds }: IndexEntry, names: ReadonlySet<string>): string {
  const address = escapeHtml(href);
  const image = picture
    ? `<a class="picture" href="${address}" tabindex="-1" aria-hidden="true"><img alt="" src="data:image/png;base64,${escapeHtml(picture)}"></a>`
    : "";
  const time =
    seconds === undefined ? "" : `<p class="note">ran in ${Math.max(1, Math.round(seconds))} s</p>`;
  return `<article class="card">${image}<div class="words"><h2><a href="${address}">${escapeHtml(title)}</a></h2>${renderMarkdown(shortened(paragraph), names)}${time}</div></article>`;
}

const maxCharacters = 320;

/** The next sentence begins with a capital letter; "Eq. 8" and "et al. found" do not end one. */
const sentenceEnd = /[.!?][*_`)"”]*(?=\s+[\p{Lu}*_`("“])/gu;

/** As many whole sentences as fit. */
function shortened(paragraph: string): string {
  if (paragraph.length <= maxCharacters) return paragraph;
  const beginning = paragraph.slice(0, maxCharacters);
  const end = [...beginning.matchAll(sentenceEnd)].at(-1);
  return end ? beginning.slice(0, end.index + end[0].length) : `${beginning} …`;
}
