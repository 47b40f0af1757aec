import type { Browser, Page } from "playwright-core";
import { runtime } from "../../../widgets/shared/runtime";
import { type Case, cases } from "./cases";

/** What one thing that the reader does takes, in milliseconds, one number each time. */
export interface Timing {
  readonly widget: string;
  readonly action: string;
  readonly limit: number;
  /** From doing it to seeing it painted. */
  readonly milliseconds: readonly number[];
  /** What the page's main thread computed meanwhile, which other processes disturb far less. */
  readonly busy: readonly number[];
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
      const taken = rounds.flatMap((times) => times[action]);
      const [milliseconds, busy] = [taken.map(({ seen }) => seen), taken.map((time) => time.busy)];
      timings.push({ widget: one.name, action, limit, milliseconds, busy });
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

interface Taken {
  readonly seen: number;
  readonly busy: number;
}

type Times = Record<string, Taken[]>;

async function timesOf(page: Page, request: object, { steps }: Case): Promise<Times> {
  await page.evaluate(install, [runtime().name, request] as const);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const computed = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const timed = async (act: () => Promise<number>): Promise<Taken> => {
    const before = await computed();
    const seen = await act();
    return { seen, busy: (await computed()) - before };
  };
  const opened = await timed(() => page.evaluate(() => window.pnrBench.open()));
  const times: Times = { open: [opened] };
  for (const { name, control, values } of steps) {
    times[name] = [];
    for (const value of values)
      times[name].push(
        await timed(() =>
          page.evaluate((given) => window.pnrBench.choose(...given), [control, value] as const),
        ),
      );
  }
  return times;
}

declare global {
  interface Window {
    /** What the benchmark does in its pages; each tells the milliseconds until its outcome is painted. */
    pnrBench: {
      open(): Promise<number>;
      choose(control: string, value: string): Promise<number>;
    };
  }
}

/** Runs in the browser, so it may use nothing from around it. */
function install([runtime, request]: readonly [string, unknown]): void {
  const place = document.getElementById("w") as HTMLElement;
  /** Watches no more than it must, because watching takes time too. */
  const until = (
    watched: Element,
    changes: MutationObserverInit,
    happened: () => boolean,
    act: () => void,
  ): Promise<number> =>
    new Promise((resolve) => {
      const began = performance.now();
      const observer = new MutationObserver(() => {
        if (!happened()) return;
        observer.disconnect();
        // a task after the next frame's callbacks comes when that frame is painted
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      });
      observer.observe(watched, changes);
      act();
    });
  window.pnrBench = {
    async open() {
      const queue = (window as unknown as Record<string, { push(request: unknown): void }>)[runtime];
      const began = performance.now();
      const root = (): HTMLElement | null => place.querySelector<HTMLElement>(".pnr");
      await until(
        place,
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
      const label = [...place.querySelectorAll("label")].find((one) => one.textContent?.startsWith(control));
      const select = label?.querySelector("select");
      const said = place.querySelector(".pnr-said"); // what is shown is said last
      if (!select || !said) throw new Error(`no control "${control}"`);
      return until(
        said,
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
