import { escapeHtml } from "../../widgets/shared/html";
import { renderMarkdown } from "./markdown";
import { page } from "./page";
import type { NotebookSummary } from "./summary";

/** A notebook's entry among all. */
export interface IndexEntry extends NotebookSummary {
  /** Of its page, relative to the index. */
  readonly href: string;
  /** What it took to run; undefined where it was not run this time. */
  readonly seconds: number | undefined;
}

const paragraphLimit = 320;

/** The page that leads to the pages of all notebooks, with a picture of each. */
export function renderIndexPage(title: string, entries: readonly IndexEntry[]): string {
  return page(title, [
    `<h1>${escapeHtml(title)}</h1>`,
    `<div class="cards">`,
    ...entries.map(card),
    "</div>",
  ]);
}

function card({ href, title, paragraph, picture, seconds }: IndexEntry): string {
  const to = escapeHtml(href);
  const image = picture
    ? `<a class="picture" href="${to}" tabindex="-1" aria-hidden="true"><img alt="" src="data:image/png;base64,${escapeHtml(picture)}"></a>`
    : "";
  const time =
    seconds === undefined ? "" : `<p class="note">ran in ${Math.max(1, Math.round(seconds))} s</p>`;
  return `<article class="card">${image}<div class="words"><h2><a href="${to}">${escapeHtml(title)}</a></h2>${renderMarkdown(shortened(paragraph), true)}${time}</div></article>`;
}

/** A sentence's end has a new one behind it: "Eq. 8" and "et al. found" go on. */
const sentenceEnd = /[.!?][*_`)"”]*(?=\s+[\p{Lu}*_`("“])/gu;

/** Whole sentences, as many as there is room for. */
function shortened(paragraph: string): string {
  if (paragraph.length <= paragraphLimit) return paragraph;
  const beginning = paragraph.slice(0, paragraphLimit);
  const end = [...beginning.matchAll(sentenceEnd)].at(-1);
  return end ? beginning.slice(0, end.index + end[0].length) : `${beginning} …`;
}
