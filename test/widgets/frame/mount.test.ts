import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { JSDOM } from "jsdom";
import { Controls } from "../../../widgets/frame/controls";
import { mountWidget } from "../../../widgets/frame/mount";
import type { Plotly } from "../../../widgets/frame/page";
import { sentence } from "../../../widgets/sentence/show";
import { dark } from "../../../widgets/shared/theme";
import { table } from "../../../widgets/table/show";
import { counter, counterWidget } from "../counter";

/** What a page has and Node has not, as far as the frame uses it. */
const borrowed = [
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
let drawn: { data: readonly unknown[]; layout: Readonly<Record<string, unknown>> }[];
let purged: number;
let clicked: (customdata: unknown) => void;
let listening: number;
let resized: () => void;

const plotly: Plotly = {
  react: async (element, data, layout) => {
    drawn.push({ data, layout });
    element.innerHTML = '<svg class="main-svg"></svg><div class="modebar" role="toolbar"><svg></svg></div>';
    Object.assign(element, {
      on: (_: string, listener: (event: object) => void) => {
        clicked = (customdata) => listener({ points: [{ customdata }] });
      },
    });
  },
  toImage: async () => "data:image/svg+xml,%3Csvg%20width%3D%221%22%2F%3E",
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
  for (const name of borrowed)
    Object.assign(globalThis, { [name]: name === "window" ? window : window[name] });
  drawn = [];
  purged = 0;
  listening = 0;
});

afterEach(() => {
  for (const name of borrowed) delete (globalThis as Record<string, unknown>)[name];
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

test("parts, controls and words stand on the page; corpus text is text", async () => {
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

test("each control changes what is shown, and shows what it has become", async () => {
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

test("arrow keys work the widget, and no key leaves it", async () => {
  const { root } = await mounted();
  const heard: string[] = [];
  dom.window.document.addEventListener("keydown", ({ key }) => heard.push(key));
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "d"]) {
    fire(root, "keydown", { key });
    await settled();
  }
  assert.equal(label(root), "count 4, quick");
  assert.deepEqual(heard, []);
});

test("a click on a mark, and Enter on it, reach the widget", async () => {
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

test("a mark keeps the keyboard's focus when it is drawn anew", async () => {
  const { root } = await mounted();
  clicked("most");
  await settled();
  const before = root.querySelector<SVGElement>("[data-value]") ?? assert.fail();
  before.focus();
  assert.equal(dom.window.document.activeElement, before);
  fire(before, "keydown", { key: "Enter" });
  await settled();
  const mark = root.querySelector("[data-value]");
  assert.notEqual(mark, before, "it was drawn anew");
  assert.equal(dom.window.document.activeElement, mark);
  const select = root.querySelector("select") ?? assert.fail();
  select.focus();
  clicked("most");
  await settled();
  assert.equal(dom.window.document.activeElement, select, "what is not drawn keeps it anyway");
});

test("playing goes on by itself to the end and stops there", async () => {
  const { root } = await mounted();
  const button = [...root.querySelectorAll("button")].find(({ textContent }) => textContent === "▶ play");
  button?.click();
  assert.equal(button?.textContent, "‖ pause");
  while (label(root) !== "count 9, slow") await delay(10);
  assert.equal(button?.textContent, "▶ play");
  button?.click();
  await settled();
  assert.equal(label(root), "count 0, slow", "played anew from the start");
  button?.click();
  assert.equal(button?.textContent, "▶ play");
});

test("in a frame that lets the dark through, as VS Code's do, the figure is dark", async () => {
  const { body, documentElement } = dom.window.document;
  body.style.backgroundColor = "transparent";
  documentElement.style.setProperty("--vscode-editor-background", "#1f1f1f");
  await mounted();
  const { paper_bgcolor, font } = drawn.at(-1)?.layout ?? assert.fail();
  assert.equal(paper_bgcolor, "rgb(31, 31, 31)");
  assert.deepEqual(font, { color: dark.ink });
});

test("playing moves by small steps, or from one whole number to the next for readers who want less motion", async () => {
  const played = async (reduced: boolean): Promise<number[]> => {
    const asked: string[] = [];
    const matchMedia = (query: string) => {
      asked.push(query);
      return { matches: reduced };
    };
    Object.assign(globalThis, { matchMedia });
    const values: number[] = [];
    const slider = { type: "slider", name: "s", label: "s", from: 0, to: 2, step: 0.25, play: 1 } as const;
    const bar = dom.window.document.createElement("div");
    dom.window.document.body.append(bar);
    const show = (value: number): void => controls.show([{ ...slider, value, reading: `${value}` }]);
    const controls = new Controls(bar, (_, value) => {
      values.push(Number(value));
      show(Number(value));
    });
    show(0.25);
    bar.querySelector("button")?.click();
    while (values.at(-1) !== 2) await delay(1);
    assert.deepEqual([...new Set(asked)], ["(prefers-reduced-motion: reduce)"]);
    return values;
  };
  assert.deepEqual(await played(false), [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
  assert.deepEqual(await played(true), [1, 2]);
});

test("the figure follows the page into the dark", async () => {
  await mounted();
  assert.equal(drawn.at(-1)?.layout.paper_bgcolor, "rgb(255, 255, 255)");
  dom.window.document.body.style.backgroundColor = "rgb(17, 17, 17)";
  await delay(5);
  assert.equal(drawn.at(-1)?.layout.paper_bgcolor, "rgb(17, 17, 17)");
  assert.deepEqual(drawn.at(-1)?.layout.font, { color: "#e6edf3" });
});

test("many changes at once are drawn once more, the last of them", async () => {
  const { root } = await mounted();
  const before = drawn.length;
  const slider = root.querySelector<HTMLInputElement>("input[type=range]") ?? assert.fail();
  for (const value of ["4", "5", "6", "7", "8"]) {
    slider.value = value;
    fire(slider, "input");
  }
  await settled();
  assert.equal(label(root), "count 8, slow");
  assert.ok(drawn.length - before <= 2, `${drawn.length - before} drawings`);
});

test("the menu opens and closes by keys and tells what it can save", async () => {
  const { root } = await mounted();
  const button = root.querySelector<HTMLButtonElement>("[aria-haspopup=menu]") ?? assert.fail();
  button.click();
  assert.equal(button.getAttribute("aria-expanded"), "true");
  const items = [...root.querySelectorAll<HTMLElement>("[role=menuitem]")];
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

test("Escape closes a panel and gives the focus back; a press beside it closes it too", async () => {
  const { root } = await mounted();
  const { document, Event } = dom.window;
  const panel = root.querySelector<HTMLDetailsElement>("details.pnr-several") ?? assert.fail();
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
  assert.equal(panel.open, true, "a press within is no press beside it");
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  assert.equal(panel.open, false);
});

test("Home and End go to the first and the last entry of the menu", async () => {
  const { root } = await mounted();
  root.querySelector<HTMLButtonElement>("[aria-haspopup=menu]")?.click();
  const items = [...root.querySelectorAll<HTMLElement>("[role=menuitem]")];
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

test("no picture and no tool of plotly's is without a name for a screen reader", async () => {
  const { root } = await mounted();
  clicked("most");
  await settled();
  for (const drawing of root.querySelectorAll(".main-svg, .modebar svg"))
    assert.equal(drawing.getAttribute("aria-hidden"), "true");
  assert.equal(root.querySelector("[role=toolbar].modebar")?.getAttribute("aria-label"), "zoom");
});

test("each drawing has its hatching within itself, for that of a hidden one serves no other", async () => {
  const { document } = dom.window;
  const shown = sentence({
    tokens: ["rye", "bread"],
    entities: [{ start: 0, end: 2, type: "dish" }],
    predicted: [{ start: 0, end: 1, type: "dish" }],
  });
  const surroundings = { plotly, runtime: { name: "pnr", script: "" } };
  for (let count = 0; count < 2; count++) {
    const element = document.body.appendChild(document.createElement("div"));
    await mountWidget(element, shown.widget, shown, surroundings);
  }
  const ids = [...document.querySelectorAll("pattern")].map(({ id }) => id);
  assert.deepEqual([ids.length, new Set(ids).size], [2, 2]);
  for (const drawing of document.querySelectorAll("svg[role=group]")) {
    const [, id] = /url\(#([^)]+)\)/.exec(drawing.innerHTML) ?? assert.fail("nothing is hatched");
    assert.ok(drawing.querySelector(`[id="${id}"]`), id);
  }
});

test("the names of a table's rows stay in sight while it scrolls, unless they leave no room for the rest", async () => {
  const { document } = dom.window;
  const pinned = async (names: readonly (string | number)[]): Promise<boolean> => {
    const element = document.body.appendChild(document.createElement("div"));
    const shown = table(names.map((name) => ({ name, f1: 1 })));
    await mountWidget(element, shown.widget, shown, { plotly, runtime: { name: "pnr", script: "" } });
    const part = element.querySelector<HTMLElement>(".pnr-part") ?? assert.fail();
    assert.equal(
      part.style.getPropertyValue("--pnr-paper"),
      "rgb(255, 255, 255)",
      "what scrolls under it is hidden",
    );
    return part.classList.contains("pnr-pinned");
  };
  assert.equal(await pinned(["Origin", "-Gated Update"]), true);
  assert.equal(await pinned(["Origin", "words ".repeat(9)]), false);
  assert.equal(await pinned([1, 2]), false);
});

test("a drawing never shrinks to less than its words can be read at", async () => {
  const { root } = await mounted();
  assert.equal(root.querySelector<SVGElement>(".pnr-part > svg[role=group]")?.style.minWidth, "320px");
});

test("off the page a widget listens to nothing and draws nothing, and back on it, it follows the page again", async () => {
  const { root } = await mounted();
  assert.equal(listening, 1);
  const { body } = dom.window.document;
  const cell = root.parentElement ?? assert.fail();
  const before = drawn.length;
  cell.remove();
  resized();
  await settled();
  assert.deepEqual([listening, drawn.length], [0, before]);
  body.style.backgroundColor = "rgb(17, 17, 17)";
  await delay(5);
  assert.equal(drawn.length, before);
  body.append(cell);
  resized();
  await settled();
  assert.equal(listening, 1);
  assert.equal(drawn.at(-1)?.layout.paper_bgcolor, "rgb(17, 17, 17)");
  assert.ok(root.isConnected, "what a notebook took away for a while is not lost");
});

test("playing ends when the widget is off the page", async () => {
  const { root } = await mounted();
  const button = [...root.querySelectorAll("button")].find(({ textContent }) => textContent === "▶ play");
  button?.click();
  root.parentElement?.remove();
  while (button?.textContent !== "▶ play") await delay(10);
  assert.equal(label(root), "count 3, slow");
});

test("a widget that leaves takes everything with it", async () => {
  const { root, unmount } = await mounted();
  unmount();
  assert.equal(root.isConnected, false);
  assert.deepEqual([purged, listening], [1, 0]);
});
