import type { Browser, Page } from "playwright-core";
import { runtime } from "../../../widgets/shared/runtime";
import { type Case, cases } from "./cases";

/** The times of an action, in milliseconds, one number per repetition. */
export interface Timing {
  readonly widget: string;
  readonly action: string;
  readonly limit: number;
  /** From the action until its result is painted. */
  readonly milliseconds: readonly number[];
  /** Computing time of the page's main thread, which other processes affect much less. */
  readonly busy: readonly number[];
}

/**
 * Times each widget in a browser: opening it on a page with plotly, and each step. Each repetition uses a new page, so that the
 * widget is the first figure on the page.
 */
export async function measureWidgets(
  browser: Browser,
  repetitions: number,
  report: (what: string, done: number, total: number) => void,
  widgets: readonly Case[] = cases,
): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (const [index, one] of widgets.entries()) {
    const { widget, packed, state } = one.show();
    const request = { kind: widget.kind, id: "w", packed, state };
    const rounds: Times[] = [];
    for (let round = 0; round < repetitions; round++) {
      report(one.name, index * repetitions + round, widgets.length * repetitions);
      const page = await preparedPage(browser);
      rounds.push(await timesOf(page, request, one));
      await page.close();
    }
    for (const action of Object.keys(rounds[0])) {
      const limit = action === "open" ? one.limits.open : one.limits.step;
      const times = rounds.flatMap((round) => round[action]);
      const [milliseconds, busy] = [times.map(({ painted }) => painted), times.map((time) => time.busy)];
      timings.push({ widget: one.name, action, limit, milliseconds, busy });
    }
  }
  return timings;
}

/** A page with the widgets' code, plotly, and an element for a widget. */
async function preparedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const { name, script } = runtime();
  await page.setContent('<!doctype html><body style="background:#fff"><div id="w"></div></body>');
  await page.addScriptTag({ content: script });
  await page.evaluate((plotly) => (window as unknown as Record<string, unknown>)[plotly], `${name}Plotly`);
  return page;
}

interface Time {
  readonly painted: number;
  readonly busy: number;
}

type Times = Record<string, Time[]>;

async function timesOf(page: Page, request: object, { steps }: Case): Promise<Times> {
  await page.evaluate(install, [runtime().name, request] as const);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyTime = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const timeOf = async (act: () => Promise<number>): Promise<Time> => {
    const before = await busyTime();
    const painted = await act();
    return { painted, busy: (await busyTime()) - before };
  };
  const times: Times = { open: [await timeOf(() => page.evaluate(() => window.pnrBench.open()))] };
  for (const { name, control, values } of steps) {
    times[name] = [];
    for (const value of values)
      times[name].push(
        await timeOf(() =>
          page.evaluate((args) => window.pnrBench.choose(...args), [control, value] as const),
        ),
      );
  }
  return times;
}

declare global {
  interface Window {
    /** The actions of the benchmark. Each returns the milliseconds until its result is painted. */
    pnrBench: {
      open(): Promise<number>;
      choose(control: string, value: string): Promise<number>;
    };
  }
}

/** Runs in the browser, so it cannot use this module's scope. */
function install([runtime, request]: readonly [string, unknown]): void {
  const container = document.getElementById("w") as HTMLElement;
  /** Observes only the necessary changes, because observing takes time. */
  const until = (
    element: Element,
    changes: MutationObserverInit,
    isDone: () => boolean,
    act: () => void,
  ): Promise<number> =>
    new Promise((resolve) => {
      const began = performance.now();
      const observer = new MutationObserver(() => {
        if (!isDone()) return;
        observer.disconnect();
        // A task after the callbacks of the next frame runs when that frame is painted.
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      });
      observer.observe(element, changes);
      act();
    });
  window.pnrBench = {
    async open() {
      const queue = (window as unknown as Record<string, { push(request: unknown): void }>)[runtime];
      const began = performance.now();
      const root = (): HTMLElement | null => container.querySelector<HTMLElement>(".pnr");
      await until(
        container,
        { childList: true },
        () => root() !== null,
        () => queue.push(request),
      );
      const visible = (): boolean => root()?.style.visibility !== "hidden";
      if (!visible())
        await until(
          root() as HTMLElement,
          { attributes: true, attributeFilter: ["style"] },
          visible,
          () => {},
        );
      return performance.now() - began;
    },
    choose(control, value) {
      const label = [...container.querySelectorAll("label")].find((one) =>
        one.textContent?.startsWith(control),
      );
      const select = label?.querySelector("select");
      const description = container.querySelector(".pnr-said"); // the text description, updated last
      if (!select || !description) throw new Error(`no control "${control}"`);
      return until(
        description,
        { childList: true },
        () => true,
        () => {
          select.value = value;
          select.dispatchEvent(new Event("change"));
        },
      );
    },
  };
}
