import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type DOMWindow, JSDOM } from "jsdom";
import { packAttention, select } from "../../widgets/attention/data";
import type { Figure } from "../../widgets/shared/figure";
import { dark, light } from "../../widgets/shared/theme";
import { curvePoints } from "../../widgets/training-curves/build";
import { fakeReports, fakeTrace, kitchen } from "./fake";

const bundle = readFileSync(join(__dirname, "../../widgets/view.bundle.js"), "utf8");
const trace = fakeTrace(kitchen);
const attention = packAttention(trace, select(trace, { layer: 1, head: 2, proposal: 3 }));
const curves = curvePoints(fakeReports(3));

type Click = (event: { points: { customdata?: unknown }[] }) => void;

interface Config {
  readonly plotlyServerURL: string;
  readonly modeBarButtonsToRemove: readonly string[];
}

/** A page with the widgets' code and a plotly that remembers what it was to draw. */
class Page {
  readonly window: DOMWindow;
  readonly drawn: Figure[] = [];
  readonly configs: Config[] = [];
  click: Click = () => undefined;

  constructor(body: string) {
    this.window = new JSDOM(body, { runScripts: "outside-only" }).window;
    const react = async (
      element: Element,
      data: Figure["data"],
      layout: Figure["layout"],
      config: Config,
    ): Promise<void> => {
      this.drawn.push({ data, layout });
      this.configs.push(config);
      Object.assign(element, {
        on: (_: string, listener: Click) => {
          this.click = listener;
        },
      });
    };
    Object.assign(this.window, { pnrPlotly: Promise.resolve({ react }) });
  }

  load(): Promise<void> {
    this.window.eval(bundle);
    return settled();
  }

  push(kind: string, id: string, data: unknown): Promise<void> {
    const request = JSON.stringify({ kind, id, data });
    this.window.eval(`(window.pnrWidgets = window.pnrWidgets || []).push(${request})`);
    return settled();
  }

  async choose(label: string, value: string): Promise<void> {
    const labels = [...this.window.document.querySelectorAll("label")];
    const select = labels.find((element) => element.textContent?.startsWith(label))?.querySelector("select");
    assert.ok(select, `no control for ${label}`);
    select.value = value;
    select.dispatchEvent(new this.window.Event("change"));
    await settled();
  }

  title(): string {
    const annotations = this.drawn.at(-1)?.layout.annotations as { text: string }[] | undefined;
    return annotations?.[0].text ?? "";
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const place = '<div id="a"><img alt="still"></div><div id="b"></div>';

test("widgets come to life whether they stand before or after the code", async () => {
  const page = new Page(place);
  await page.push("training-curves", "a", curves);
  assert.equal(page.drawn.length, 0);
  await page.load();
  await page.push("training-curves", "b", curves);
  assert.equal(page.drawn.length, 2);
  assert.equal(page.window.document.querySelector("img"), null);
});

test("code that arrives twice, or a request made twice, draws nothing twice", async () => {
  const page = new Page(place);
  await page.load();
  await page.push("training-curves", "a", curves);
  await page.load();
  await page.push("training-curves", "a", curves);
  assert.equal(page.drawn.length, 1);
});

test("no tool bar offers to send a chart away", async () => {
  const page = new Page(place);
  await page.load();
  await page.push("training-curves", "a", curves);
  await page.push("attention", "b", attention);
  assert.equal(page.configs.length, 2);
  for (const { plotlyServerURL, modeBarButtonsToRemove } of page.configs) {
    assert.equal(plotlyServerURL, "");
    assert.ok(modeBarButtonsToRemove.includes("sendChartToCloud"));
  }
});

test("layer, head and proposal are chosen by their controls", async () => {
  const page = new Page(place);
  await page.load();
  await page.push("attention", "a", attention);
  assert.match(page.title(), /proposal 3: of.*layer 1 of 3, head 2/);
  await page.choose("layer", "3");
  await page.choose("head", "mean");
  await page.choose("proposal", "13");
  assert.match(page.title(), /proposal 13: crumble.*layer 3 of 3, mean of 4 heads/);
  assert.equal(page.drawn.length, 4);
});

test("a click on a token or on a proposal chooses it, one on a span does not", async () => {
  const page = new Page(place);
  await page.load();
  await page.push("attention", "a", attention);
  page.click({ points: [{ customdata: 5 }] });
  await settled();
  assert.match(page.title(), /proposal 5: Harbor/);
  page.click({ points: [{ customdata: 8 }] });
  await settled();
  assert.match(page.title(), /proposal 8: her/);
  page.click({ points: [{ customdata: "place (4, 6)<br>Little Harbor Village" }] });
  await settled();
  assert.equal(page.drawn.length, 3);
  const [, , proposals] = [...page.window.document.querySelectorAll("select")];
  assert.equal(proposals.value, "8");
});

test("the theme goes with the page", async () => {
  for (const [color, theme] of [
    ["#101010", dark],
    ["#fafafa", light],
  ] as const) {
    const page = new Page(`<body style="background:${color}">${place}</body>`);
    await page.load();
    await page.push("training-curves", "a", curves);
    assert.equal(page.drawn[0].layout.paper_bgcolor, theme.paper);
  }
});

test("a widget that cannot be drawn stays a picture", async () => {
  const page = new Page(place);
  const complaints: unknown[] = [];
  page.window.console.error = (...all: unknown[]) => complaints.push(all[0]);
  await page.load();
  await page.push("attention", "a", { layers: "broken" });
  assert.ok(page.window.document.querySelector("#a img"));
  assert.deepEqual(complaints, ['The widget "attention" stays a picture:']);
});
