import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { renderIndexPage } from "../../notebooks/kernel/index-page";

/** The text of the entry of a notebook with such a first paragraph. */
function told(paragraph: string): string {
  const entry = { title: "A", paragraph, picture: undefined, href: "a.html", seconds: undefined };
  const { document } = new JSDOM(renderIndexPage("All", [entry])).window;
  return document.querySelector(".card p")?.textContent ?? "";
}

const long = "and so on ".repeat(40);

test("an entry tells whole sentences; an abbreviation and a number end none", () => {
  const short = "One. Two.";
  assert.equal(told(short), short);
  assert.equal(told(`First. It follows (Eq. 8 and 9) ${long}`), "First.");
  assert.equal(told(`**First.** *Second*! It moves 1.5 tokens as Wen et al. say ${long}`), "First. Second!");
  assert.match(told(long), /^and so on .* …$/);
});
