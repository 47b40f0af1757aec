// cspell:ignore TOBESTRIPPED
import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { attention, scoresByLength, sentence, trainingCurves } from "../../../widgets/index";
import { outlined } from "../../../widgets/shared/outline";
import { svgToPdf } from "../../../widgets/shared/pdf";
import { renderWidget } from "../../../widgets/shared/save";
import { fakeReports, fakeScores, fakeTrace, kitchen } from "../fake";

const scores = scoresByLength([
  { name: "one", scores: fakeScores(0) },
  { name: "two", scores: fakeScores(1) },
]);
const curves = trainingCurves(fakeReports(3));
const column = (84 * 96) / 25.4;

const textOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : Buffer.from(content).toString("latin1");

/** The drawing commands of a PDF. */
function commandsOf(pdf: string): string {
  const streams = [...pdf.matchAll(/stream\n([\s\S]*?)\nendstream/g)];
  return streams
    .map(([, data]) => {
      try {
        return inflateSync(Buffer.from(data, "latin1")).toString("latin1");
      } catch {
        return "";
      }
    })
    .join("\n");
}

test("a PDF has the width that was asked for, and its texts are outlines", async () => {
  const pdf = textOf(await renderWidget(curves, "x.pdf", { width: column }));
  assert.match(pdf, /^%PDF-1\.\d/);
  const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? assert.fail();
  assert.ok(Math.abs(Number(width) - (84 / 25.4) * 72) < 0.01, width);
  assert.ok(Number(height) > 100);
  const commands = commandsOf(pdf);
  assert.doesNotMatch(commands, /\bTj\b|\bTJ\b/);
  assert.ok((commands.match(/\b[cv]$/gm) ?? []).length > 100, "letters are curves");
  const again = textOf(await renderWidget(curves, "x.pdf", { width: column }));
  assert.equal(
    again.replace(/\/ID \[.*?\]/, ""),
    pdf.replace(/\/ID \[.*?\]/, ""),
    "the same bytes every time",
  );
});

test("an SVG for print has physical lengths and outlines; another one has texts", async () => {
  const print = textOf(await renderWidget(curves, "x.svg", { width: column }));
  assert.match(print, /^<svg width="3\.3071in" height="[\d.]+in" viewBox="0 0 317/);
  assert.doesNotMatch(print, /<text/);
  const screen = textOf(await renderWidget(curves, "x.svg"));
  assert.match(screen, /<text/);
  assert.doesNotMatch(screen, /TOBESTRIPPED/);
  assert.match(screen, /font-family: [^"]*'Segoe UI'/);
});

test("titles are where a browser puts them", async () => {
  const svg = textOf(await renderWidget(scores, "x.svg"));
  const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
  const titles = [...document.querySelectorAll("text.annotation-text")];
  const title = titles.find(({ textContent }) => textContent === "precision") ?? assert.fail();
  const inChromium = 14; // within its box, whose top is 1 px lower there
  assert.ok(Math.abs(Number(title.getAttribute("y")) - inChromium) < 1, title.outerHTML);
});

test("the labels of all axes are drawn", async () => {
  const { document } = new JSDOM(textOf(await renderWidget(scores, "x.svg")), {
    contentType: "image/svg+xml",
  }).window;
  const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
  for (const label of ["0 %", "100 %", "≥5"])
    assert.ok(
      texts.some((text) => text?.startsWith(label)),
      `${label} in ${texts.join()}`,
    );
});

test("a panel is chosen by a part of its title, or a part by its number", async () => {
  const figure = textOf(await renderWidget(scores, "x.svg", { panel: "recall" }));
  const { document } = new JSDOM(figure, { contentType: "image/svg+xml" }).window;
  const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
  assert.ok(texts.includes("recall"), texts.join());
  assert.ok(!texts.includes("precision") && !texts.includes("F1"));
  assert.equal(document.querySelectorAll("g.subplot").length, 1);
  assert.deepEqual(
    texts.filter((text) => text === "one" || text === "two"),
    ["one", "two"],
    "the legend names both runs once",
  );
  const whole = textOf(await renderWidget(scores, "x.svg", { panel: "1" }));
  assert.equal(whole, textOf(await renderWidget(scores, "x.svg")));
  await assert.rejects(
    renderWidget(scores, "x.svg", { panel: "accuracy" }),
    /^RangeError: panel: "accuracy" does not exist; there are 1 to 1, "precision", "recall", "F1"$/,
  );
});

test("a panel is also chosen if the labels of its upper axis are below its title", async () => {
  const maps = attention(fakeTrace(kitchen), { view: "map" });
  for (const panel of ["content", "log prior", "softmax"])
    for (const width of [column, 2 * column])
      assert.match(textOf(await renderWidget(maps, "x.svg", { width, panel })), /^<svg/, panel);
});

test("an installed font replaces all others, and a missing one is an error", async () => {
  const tokens = ["Ada", "of", "Harbor"];
  const widget = sentence({ tokens, predicted: [{ start: 2, end: 3, type: "place" }] });
  const plain = textOf(await renderWidget(widget, "x.svg", { width: column }));
  await assert.rejects(
    renderWidget(widget, "x.svg", { font: "No Such Font" }),
    /^RangeError: font: "No Such Font" is not installed; fc-list/,
  );
  await assert.rejects(renderWidget(widget, "x.svg", { font: 'a"b' }), /is not the name of a font/);
  const [fontFamily] = ["Times", "Helvetica", "DejaVu Serif"].filter((name) => {
    try {
      outlined(
        { source: "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", width: 9, height: 9 },
        name,
      );
      return true;
    } catch {
      return false;
    }
  });
  if (fontFamily === undefined) return; // no font but the bundled ones
  const other = textOf(await renderWidget(widget, "x.svg", { width: column, font: fontFamily }));
  assert.notEqual(other, plain);
});

test("all that pictures draw with is drawn in a PDF, and anything else is an error", async () => {
  const svg = (content: string) => ({
    width: 100,
    height: 50,
    source: `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">${content}</svg>`,
  });
  const pattern = `<defs><pattern id="p" x="0" y="0" width="10" height="10" patternUnits="userSpaceOnUse"><path fill="none" stroke="#ff0000" d="M 0 0 L 5 5"/></pattern></defs>`;
  const outlinedSvg = outlined(
    svg(
      `${pattern}<g opacity="0.5" transform="translate(3,4)"><path d="M0,0 H20 V20 H0 Z" fill="url(#p)" stroke="#00ff00" stroke-dasharray="3 2"/></g>`,
    ),
  );
  const commands = commandsOf(textOf(await svgToPdf(outlinedSvg)));
  assert.match(commands, /1 0 0 1 3 4 cm/);
  assert.equal(
    (commands.match(/1 0 0 RG|1 0 0 SCN/g) ?? []).length,
    4,
    "a pattern of 10 fills a square of 20 with four tiles",
  );
  assert.match(commands, /\[3 2\] 0 d/);
  await assert.rejects(svgToPdf(svg("<text>a</text>")), /svgToPdf: <text> is not supported/);
});
