import type { Browser, Page } from "playwright-core";
import { runtime } from "../../../widgets/shared/runtime";
import { type Case, cases } from "./cases";

/** Milliseconds of one thing that the reader does, from doing it to seeing it. */
export interface Timing {
  readonly widget: string;
  readonly action: string;
  readonly limit: number;
  readonly milliseconds: readonly number[];
}

/**
 * Times each widget in a browser: how long it takes to open on a page that has plotly, and each step from then on. A
 * repetition has a page of its own, so that what opens is the first figure that the page draws.
 */
export async function measureWidgets(
  browser: Browser,
  repetitions: number,
  report: (what: string, done: number, total: number) => void,
  measured: readonly Case[] = cases,
): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (const [place, one] of measured.entries()) {
    const { widget, packed, state } = one.show();
    const request = { kind: widget.kind, id: "w", packed, state };
    const rounds: Times[] = [];
    for (let round = 0; round < repetitions; round++) {
      report(one.name, place * repetitions + round, measured.length * repetitions);
      const page = await preparedPage(browser);
      rounds.push(await timesOf(page, request, one));
      await page.close();
    }
    for (const action of Object.keys(rounds[0])) {
      const limit = action === "open" ? one.limits.open : one.limits.step;
      const milliseconds = rounds.flatMap((times) => times[action]);
      timings.push({ widget: one.name, action, limit, milliseconds });
    }
  }
  return timings;
}

/** A page on which the widgets' code and plotly are ready, with a place for a widget. */
async function preparedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const { name, script } = runtime();
  await page.setContent('<!doctype html><body style="background:#fff"><div id="w"></div></body>');
  await page.addScriptTag({ content: script });
  await page.evaluate((plotly) => (window as unknown as Record<string, unknown>)[plotly], `${name}Plotly`);
  return page;
}

async function timesOf(page: Page, request: { readonly packed: unknown }, { steps }: Case): Promise<Times> {
  return page.evaluate(inPage, { request, steps, runtime: runtime().name });
}

type Times = Record<string, number[]>;

interface Given {
  readonly request: unknown;
  readonly steps: Case["steps"];
  readonly runtime: string;
}

/** Runs in the browser, so it may use nothing from around it. */
async function inPage({ request, steps, runtime: name }: Given): Promise<Times> {
  const place = document.getElementById("w") as HTMLElement;
  const until = (happens: () => boolean, act: () => void): Promise<number> =>
    new Promise((resolve) => {
      const began = performance.now();
      const observer = new MutationObserver(() => {
        if (!happens()) return;
        observer.disconnect();
        // a task after the next frame's callbacks comes when that frame is painted
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      });
      observer.observe(place, { subtree: true, childList: true, characterData: true, attributes: true });
      act();
    });
  const shown = (): boolean => {
    const root = place.querySelector<HTMLElement>(".pnr");
    return root !== null && root.style.visibility !== "hidden" && said() !== "";
  };
  const said = (): string => place.querySelector(".pnr-said")?.textContent ?? "";
  const queue = (window as unknown as Record<string, { push(request: unknown): void }>)[name];
  const times: Times = { open: [await until(shown, () => queue.push(request))] };
  for (const { name: action, control, values } of steps) {
    const label = [...place.querySelectorAll("label")].find((one) => one.textContent?.startsWith(control));
    const select = label?.querySelector("select");
    if (!select) throw new Error(`no control "${control}"`);
    times[action] = [];
    for (const value of values) {
      const before = said();
      const taken = await until(
        () => said() !== before, // what is shown is said last
        () => {
          select.value = value;
          select.dispatchEvent(new Event("change"));
        },
      );
      times[action].push(taken);
    }
  }
  return times;
}
