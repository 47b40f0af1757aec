import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { JSDOM } from "jsdom";
import { ControlBar } from "../../../widgets/frame/control-bar";
import { mountWidget } from "../../../widgets/frame/mount";
import type { Plotly } from "../../../widgets/frame/page";
import { sentence } from "../../../widgets/sentence/sentence";
import { dark } from "../../../widgets/shared/theme";
import { table } from "../../../widgets/table/table";
import { counter, counterWidget } from "../counter";

/** What the frame uses of a page and Node lacks. */
const pageGlobals = [
  "document",
  "window",
  "Element",
  "Node",
  "Option",
  "MutationObserver",
  "getComputedStyle",
  "matchMedia",
  "ResizeObserver",
] as const;

let dom: JSDOM;
let drawings: { data: readonly unknown[]; layout: Readonly<Record<string, unknown>> }[];
let purged: number;
let clicked: (customdata: unknown) => void;
let listening: number;
let resized: () => void;

const plotly: Plotly = {
  react: async (element, data, layout) => {
    drawings.push({ data, layout });
    element.innerHTML = '<svg class="main-svg"></svg><div class="modebar" role="toolbar"><svg></svg></div>';
    Object.assign(element, {
      on: (_: string, listener: (event: object) => void) => {
        clicked = (customdata) => listener({ points: [{ customdata }] });
      },
    });
  },
  toImage: async () => `data:image/svg+xml,${encodeURIComponent('<svg width="1"/>')}`,
  purge: () => {
    purged++;
  },
};

beforeEach(() => {
  dom = new JSDOM(
    '<!doctype html><body style="background-color: rgb(255, 255, 255)"><div id="w">still</div></body>',
  );
  const { window } = dom;
  Object.assign(window, {
    matchMedia: () => ({
      addEventListener: () => listening++,
      removeEventListener: () => listening--,
    }),
    getComputedStyle: (element: HTMLElement) => element.style,
    ResizeObserver: class {
      constructor(changed: () => void) {
        resized = changed;
      }
      observe(): void {}
      disconnect(): void {}
    },
  });
  for (const name of pageGlobals)
    Object.assign(globalThis, { [name]: name === "window" ? window : window[name] });
  drawings = [];
  purged = 0;
  listening = 0;
});

afterEach(() => {
  for (const name of pageGlobals) delete (globalThis as Record<string, unknown>)[name];
});

async function mounted(): Promise<{ root: HTMLElement; unmount: () => void }> {
  const element = dom.window.document.getElementById("w") ?? assert.fail();
  const { packed, state } = counter(3);
  const runtime = { name: "pnr", script: "the runtime" };
  const unmount = await mountWidget(element, counterWidget, { packed, state }, { plotly, runtime });
  return { root: element.querySelector<HTMLElement>(".pnr") ?? assert.fail(), unmount };
}

const label = (root: HTMLElement): string | null => root.getAttribute("aria-label");
const settled = (): Promise<void> => delay(0);

function fire(element: Element | null, type: string, init: object = {}): void {
  const { KeyboardEvent, Event } = dom.window;
  const event =
    type === "keydown"
      ? new KeyboardEvent(type, { bubbles: true, cancelable: true, ...init })
      : new Event(type, { bubbles: true });
  (element ?? assert.fail("no such element")).dispatchEvent(event);
}

test("mounts parts, controls and text description, with corpus text as text", async () => {
  const { root } = await mounted();
  assert.equal(label(root), "count 3, slow");
  assert.equal(root.querySelectorAll("img, b").length, 0);
  assert.match(
    root.querySelector("svg[role=group] text")?.textContent ?? "",
    /<img src=x onerror="alert\(1\)"> 3/,
  );
  assert.equal(root.querySelector("td")?.textContent, "<b>count</b>");
  assert.equal(root.querySelector<HTMLSelectElement>("select")?.value, "slow");
  assert.equal(root.querySelector("[aria-live]")?.textContent, "count 3, slow");
  const words = root.querySelector<HTMLDetailsElement>("details.pnr-words") ?? assert.fail();
  words.open = true;
  fire(words, "toggle");
  assert.equal(words.querySelector("pre")?.textContent, "The count is 3.");
});

test("each control changes the widget and shows its new state", async () => {
  const { root } = await mounted();
  const slider = root.querySelector<HTMLInputElement>("input[type=range]") ?? assert.fail();
  slider.value = "7";
  fire(slider, "input");
  await settled();
  assert.equal(label(root), "count 7, slow");
  const [, high] = root.querySelectorAll<HTMLInputElement>("input[type=checkbox]");
  high.checked = true;
  fire(high, "change");
  await settled();
  assert.equal(label(root), "count 9, slow");
  assert.equal(slider.value, "9");
  assert.equal(slider.getAttribute("aria-valuetext"), "count 9");
  const select = root.querySelector("select") ?? assert.fail();
  select.value = "quick";
  fire(select, "change");
  await settled();
  assert.equal(label(root), "count 9, quick");
  const [scene] = root.querySelectorAll<HTMLInputElement>("input[type=checkbox]");
  scene.checked = false;
  fire(scene, "change");
  await settled();
  assert.equal(root.querySelectorAll(".pnr-part").length, 2);
  assert.equal(root.querySelectorAll(".pnr-part > svg[role=group]").length, 0);
});

test("arrow keys change the widget, and keys do not reach the page", async () => {
  const { root } = await mounted();
  const messages: string[] = [];
  dom.window.document.addEventListener("keydown", ({ key }) => messages.push(key));
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "d"]) {
    fire(root, "keydown", { key });
    await settled();
  }
  assert.equal(label(root), "count 4, quick");
  assert.deepEqual(messages, []);
});

test("the widget gets a click on a mark, and Enter on it", async () => {
  const { root } = await mounted();
  clicked("most");
  await settled();
  assert.equal(label(root), "count 9, slow");
  fire(root.querySelector("[data-value]"), "click");
  await settled();
  assert.equal(label(root), "count 0, slow");
  clicked("most");
  await settled();
  const mark = root.querySelector("[data-value]");
  assert.deepEqual([mark?.getAttribute("role"), mark?.getAttribute("tabindex")], ["button", "0"]);
  fire(mark, "keydown", { key: "Enter" });
  await settled();
  assert.equal(label(root), "count 0, slow");
  clicked("something else");
  await settled();
  assert.equal(label(root), "count 0, slow");
});

test("a mark keeps the focus when it is redrawn", async () => {
  const { root } = await mounted();
  clicked("most");
  await settled();
  const before = root.querySelector<SVGElement>("[data-value]") ?? assert.fail();
  before.focus();
  assert.equal(dom.window.document.activeElement, before);
  fire(before, "keydown", { key: "Enter" });
  await settled();
  const mark = root.querySelector("[data-value]");
  assert.notEqual(mark, before, "it was redrawn");
  assert.equal(dom.window.document.activeElement, mark);
  const select = root.querySelector("select") ?? assert.fail();
  select.focus();
  clicked("most");
  await settled();
  assert.equal(dom.window.document.activeElement, select, "a control keeps it");
});

test("playing runs to the end and stops there", async () => {
  const { root } = await mounted();
  const button = [...root.querySelectorAll("button")].find(({ textContent }) => textContent === "▶ play");
  button?.click();
  assert.equal(button?.textContent, "‖ pause");
  while (label(root) !== "count 9, slow") await delay(10);
  assert.equal(button?.textContent, "▶ play");
  button?.click();
  await settled();
  assert.equal(label(root), "count 0, slow", "plays again from the start");
  button?.click();
  assert.equal(button?.textContent, "▶ play");
});

test("the figure is dark in VS Code's transparent frames on a dark background", async () => {
  const { body, documentElement } = dom.window.document;
  body.style.backgroundColor = "transparent";
  documentElement.style.setProperty("--vscode-editor-background", "#1f1f1f");
  await mounted();
  const { paper_bgcolor, font } = drawings.at(-1)?.layout ?? assert.fail();
  assert.equal(paper_bgcolor, "rgb(31, 31, 31)");
  assert.deepEqual(font, { color: dark.ink });
});

test("playing moves in small steps, or in whole numbers for readers who prefer less motion", async () => {
  const played = async (reduced: boolean): Promise<number[]> => {
    const queries: string[] = [];
    const matchMedia = (query: string) => {
      queries.push(query);
      return { matches: reduced };
    };
    Object.assign(globalThis, { matchMedia });
    const values: number[] = [];
    const slider = { type: "slider", name: "s", label: "s", from: 0, to: 2, step: 0.25, play: 1 } as const;
    const bar = dom.window.document.createElement("div");
    dom.window.document.body.append(bar);
    const show = (value: number): void => controls.show([{ ...slider, value, reading: `${value}` }]);
    const controls = new ControlBar(bar, (_, value) => {
      values.push(Number(value));
      show(Number(value));
    });
    show(0.25);
    bar.querySelector("button")?.click();
    while (values.at(-1) !== 2) await delay(1);
    assert.deepEqual([...new Set(queries)], ["(prefers-reduced-motion: reduce)"]);
    return values;
  };
  assert.deepEqual(await played(false), [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
  assert.deepEqual(await played(true), [1, 2]);
});

test("the figure follows a change to a dark page", async () => {
  await mounted();
  assert.equal(drawings.at(-1)?.layout.paper_bgcolor, "rgb(255, 255, 255)");
  dom.window.document.body.style.backgroundColor = "rgb(17, 17, 17)";
  await delay(5);
  assert.equal(drawings.at(-1)?.layout.paper_bgcolor, "rgb(17, 17, 17)");
  assert.deepEqual(drawings.at(-1)?.layout.font, { color: "#e6edf3" });
});

test("only the last of many simultaneous changes is drawn", async () => {
  const { root } = await mounted();
  const before = drawings.length;
  const slider = root.querySelector<HTMLInputElement>("input[type=range]") ?? assert.fail();
  for (const value of ["4", "5", "6", "7", "8"]) {
    slider.value = value;
    fire(slider, "input");
  }
  await settled();
  assert.equal(label(root), "count 8, slow");
  assert.ok(drawings.length - before <= 2, `${drawings.length - before} drawings`);
});

test("the menu opens and closes with keys and lists the formats", async () => {
  const { root } = await mounted();
  const button = root.querySelector<HTMLButtonElement>("[aria-haspopup=menu]") ?? assert.fail();
  button.click();
  assert.equal(button.getAttribute("aria-expanded"), "true");
  const items = [...root.querySelectorAll<HTMLElement>("[role=menuitem]:not([hidden])")];
  assert.deepEqual(
    items.map(({ textContent }) => textContent),
    ["SVG picture", "PNG picture", "HTML page", "CSV table", "Arrow table"],
  );
  const focused = (): Element | null => dom.window.document.activeElement;
  assert.equal(focused(), items[0]);
  fire(items[0], "keydown", { key: "ArrowUp" });
  assert.equal(focused(), items[4]);
  fire(items[4], "keydown", { key: "Escape" });
  assert.equal(button.getAttribute("aria-expanded"), "false");
  assert.equal(focused(), button);
});

test("Escape closes a panel and restores the focus; a press outside closes it, too", async () => {
  const { root } = await mounted();
  const { document, Event } = dom.window;
  const panel = root.querySelector<HTMLDetailsElement>("details.pnr-multiple") ?? assert.fail();
  const [summary, box] = [panel.querySelector("summary"), panel.querySelector("input")];
  const open = (): void => {
    panel.open = true;
    fire(panel, "toggle");
    box?.focus();
  };
  open();
  fire(box, "keydown", { key: "Escape" });
  assert.deepEqual([panel.open, document.activeElement], [false, summary]);
  open();
  fire(box, "pointerdown");
  assert.equal(panel.open, true, "a press inside keeps it open");
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  assert.equal(panel.open, false);
});

test("Home and End move to the first and the last entry of the menu", async () => {
  const { root } = await mounted();
  root.querySelector<HTMLButtonElement>("[aria-haspopup=menu]")?.click();
  const items = [...root.querySelectorAll<HTMLElement>("[role=menuitem]:not([hidden])")];
  for (const [key, place] of [
    ["End", 4],
    ["Home", 0],
    ["ArrowUp", 4],
    ["ArrowDown", 0],
  ] as const) {
    fire(dom.window.document.activeElement, "keydown", { key });
    assert.equal(dom.window.document.activeElement, items[place], key);
  }
});

test("the menu offers a PDF, which the kernel draws, once the kernel is known to run", async () => {
  const element = dom.window.document.getElementById("w") ?? assert.fail();
  const { packed, state } = counter(3);
  const runtime = { name: "pnr", script: "" };
  dom.reconfigure({ url: "http://127.0.0.1:8888/lab" });
  dom.window.document.body.dataset.baseUrl = "/";
  const kernels = [[{ id: "another" }], [{ id: "mine" }]];
  const visibility: boolean[] = [];
  for (const list of kernels) {
    Object.assign(dom.window, { fetch: async () => ({ ok: true, json: async () => list }) });
    const request = { packed, state, address: { kernel: "mine" } };
    const unmount = await mountWidget(element, counterWidget, request, { plotly, runtime });
    await settled();
    const items = [...element.querySelectorAll<HTMLElement>("[role=menuitem]:not([hidden])")];
    visibility.push(items.some(({ textContent }) => textContent === "PDF picture"));
    unmount();
  }
  assert.deepEqual(visibility, [false, true]);
});

test("plotly's pictures are hidden from screen readers and its tool bar is named", async () => {
  const { root } = await mounted();
  clicked("most");
  await settled();
  for (const drawing of root.querySelectorAll(".main-svg, .modebar svg"))
    assert.equal(drawing.getAttribute("aria-hidden"), "true");
  assert.equal(root.querySelector("[role=toolbar].modebar")?.getAttribute("aria-label"), "zoom");
});

test("each drawing contains its hatch pattern, because that of a hidden drawing does not work", async () => {
  const { document } = dom.window;
  const view = sentence({
    tokens: ["rye", "bread"],
    entities: [{ start: 0, end: 2, type: "dish" }],
    predicted: [{ start: 0, end: 1, type: "dish" }],
  });
  const surroundings = { plotly, runtime: { name: "pnr", script: "" } };
  for (let count = 0; count < 2; count++) {
    const element = document.body.appendChild(document.createElement("div"));
    await mountWidget(element, view.widget, view, surroundings);
  }
  const ids = [...document.querySelectorAll("pattern")].map(({ id }) => id);
  assert.deepEqual([ids.length, new Set(ids).size], [2, 2]);
  for (const drawing of document.querySelectorAll("svg[role=group]")) {
    const [, id] = /url\(#([^)]+)\)/.exec(drawing.innerHTML) ?? assert.fail("no hatch pattern");
    assert.ok(drawing.querySelector(`[id="${id}"]`), id);
  }
});

test("the names of a table's rows stay visible while it scrolls, unless they are too wide", async () => {
  const { document } = dom.window;
  const pinned = async (names: readonly (string | number)[]): Promise<boolean> => {
    const element = document.body.appendChild(document.createElement("div"));
    const instance = table(names.map((name) => ({ name, f1: 1 })));
    await mountWidget(element, instance.widget, instance, { plotly, runtime: { name: "pnr", script: "" } });
    const part = element.querySelector<HTMLElement>(".pnr-part") ?? assert.fail();
    assert.equal(
      part.style.getPropertyValue("--pnr-paper"),
      "rgb(255, 255, 255)",
      "it covers the cells that scroll below it",
    );
    return part.classList.contains("pnr-pinned");
  };
  assert.equal(await pinned(["Origin", "-Gated Update"]), true);
  assert.equal(await pinned(["Origin", "words ".repeat(9)]), false);
  assert.equal(await pinned([1, 2]), false);
});

test("a drawing shrinks only as far as its text stays readable", async () => {
  const { root } = await mounted();
  assert.equal(root.querySelector<SVGElement>(".pnr-part > svg[role=group]")?.style.minWidth, "320px");
});

test("a widget stops listening while it is off the page, and follows the page again afterwards", async () => {
  const { root } = await mounted();
  assert.equal(listening, 1);
  const { body } = dom.window.document;
  const cell = root.parentElement ?? assert.fail();
  const before = drawings.length;
  cell.remove();
  resized();
  await settled();
  assert.deepEqual([listening, drawings.length], [0, before]);
  body.style.backgroundColor = "rgb(17, 17, 17)";
  await delay(5);
  assert.equal(drawings.length, before);
  body.append(cell);
  resized();
  await settled();
  assert.equal(listening, 1);
  assert.equal(drawings.at(-1)?.layout.paper_bgcolor, "rgb(17, 17, 17)");
  assert.ok(root.isConnected, "the widget survives its removal by a notebook");
});

test("playing stops when the widget leaves the page", async () => {
  const { root } = await mounted();
  const button = [...root.querySelectorAll("button")].find(({ textContent }) => textContent === "▶ play");
  button?.click();
  root.parentElement?.remove();
  while (button?.textContent !== "▶ play") await delay(10);
  assert.equal(label(root), "count 3, slow");
});

test("unmounting removes everything", async () => {
  const { root, unmount } = await mounted();
  unmount();
  assert.equal(root.isConnected, false);
  assert.deepEqual([purged, listening], [1, 0]);
});
