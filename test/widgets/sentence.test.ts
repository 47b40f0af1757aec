import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { buildSentence, type ShownSentence, sentenceText } from "../../widgets/sentence/build";

const sentence: ShownSentence = {
  tokens: ["Ada", "<img src=x onerror=alert(1)>", "of", "Little", "Harbor"],
  entities: [
    { start: 0, end: 5, type: "person" },
    { start: 3, end: 5, type: "place" },
  ],
  predicted: [
    { start: 3, end: 5, type: "place" },
    { start: 3, end: 4, type: "per<son" },
  ],
};

const render = (shown: ShownSentence): Document => new JSDOM(buildSentence(shown)).window.document;

/** Per token its word, and the labels and borders of its bars. */
const cells = (page: Document): { word: string; title: string; slices: HTMLElement[] }[] =>
  [...page.querySelectorAll<HTMLElement>("[title]")].map((cell) => {
    const [word, ...slices] = [...cell.children] as HTMLElement[];
    return { word: word.textContent ?? "", title: cell.title, slices };
  });

test("every word stands there as text, in order", () => {
  const page = render(sentence);
  assert.deepEqual(
    cells(page).map(({ word }) => word),
    sentence.tokens,
  );
  assert.equal(page.querySelectorAll("img, script, [onerror]").length, 0);
});

test("each word carries its slice of each bar, the first one the label", () => {
  const slices = cells(render(sentence)).map((cell) => cell.slices.map((slice) => slice.textContent));
  assert.deepEqual(slices, [["– person"], [""], [""], ["", "✓ place", "✓ place", "✗ per<son"], ["", "", ""]]);
});

test("slices of one bar stand at one height, and bars of one side at different ones", () => {
  const [, , , fourth, fifth] = cells(render(sentence));
  const top = (slice: HTMLElement): number => Number.parseFloat(slice.style.top);
  const tops = fourth.slices.map(top);
  assert.equal(new Set(tops).size, tops.length);
  assert.ok(tops[0] < tops[1], "the outer gold bar stands above the inner one");
  const padding = Number.parseFloat(fourth.slices[0].parentElement?.style.paddingTop ?? "");
  const below = tops.slice(2).sort((a, b) => a - b);
  assert.ok(Math.max(tops[0], tops[1]) < padding && padding < below[0]);
  assert.deepEqual(fifth.slices.slice(0, 2).map(top), tops.slice(0, 2));
});

test("missed and wrong differ from right without color", () => {
  const [first, , , fourth] = cells(render(sentence));
  assert.match(first.slices[0].style.borderTop, /dashed/);
  assert.match(fourth.slices[1].style.borderTop, /solid/);
  assert.match(buildSentence(sentence), /repeating-linear-gradient/);
});

test("the text lists every entity with its words", () => {
  assert.equal(
    sentenceText({ tokens: [..."小王在北京"], entities: [{ start: 3, end: 5, type: "GPE" }] }),
    "小 王 在 北 京\n  gold 3–4     GPE: 北京",
  );
  assert.deepEqual(sentenceText(sentence).split("\n").slice(1), [
    "– gold      0–4     person: Ada <img src=x onerror=alert(1)> of Little Harbor",
    "✓ gold      3–4     place: Little Harbor",
    "✓ predicted 3–4     place: Little Harbor",
    "✗ predicted 3–3     per<son: Little",
  ]);
});
