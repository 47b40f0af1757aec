import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { alignedTable } from "../../src/base/aligned-table";
import { showBytes } from "../../src/base/progress";
import { summarize } from "./statistics";
import { interval, number } from "./tables/numbers";

/** How large a page with a model is, and how soon it shows a result. */
export interface PageTiming {
  /** Bytes of the file, and the characters of each part in it. */
  readonly bytes: number;
  readonly parts: Readonly<Record<string, number>>;
  /** Milliseconds from the start of loading the file, one number per repetition. */
  readonly loaded: readonly number[];
  /** The entities of the first text are painted. */
  readonly firstResult: readonly number[];
  /** Trajectories and attention are drawn, too. */
  readonly complete: readonly number[];
}

/** Opens a page of `pnr page` again and again, each time in a new profile. */
export async function measurePage(browser: Browser, file: string, repetitions: number): Promise<PageTiming> {
  const loaded: number[] = [];
  const firstResult: number[] = [];
  const complete: number[] = [];
  let parts: Record<string, number> = {};
  for (let round = 0; round < repetitions; round++) {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(resolve(file)).href);
    await page.waitForFunction(() => document.body.dataset.ready !== undefined);
    const times = await page.evaluate(() => {
      const [{ loadEventEnd }] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      const texts = [...document.querySelectorAll<HTMLScriptElement>('script[type="application/gzip"]')];
      return {
        loaded: loadEventEnd,
        firstResult: performance.getEntriesByName("pnr-entities")[0].startTime,
        complete: Number(document.body.dataset.ready),
        parts: texts.map(
          ({ id, textContent }) => [id.replace("pnr-", ""), textContent?.length ?? 0] as const,
        ),
      };
    });
    loaded.push(times.loaded);
    firstResult.push(times.firstResult);
    complete.push(times.complete);
    parts = Object.fromEntries(times.parts);
    await context.close();
  }
  return { bytes: statSync(file).size, parts, loaded, firstResult, complete };
}

/** @param browser the browser's name and version */
export function pageText(
  { bytes, parts, loaded, firstResult, complete }: PageTiming,
  browser: string,
): string {
  const sizes = Object.entries(parts).map(([name, size]) => [name, showBytes(size)]);
  const measured = { "file loaded": loaded, "first result": firstResult, "all widgets": complete };
  const times = Object.entries(measured).map(([name, list]) => {
    const summary = summarize(list);
    return [name, number(summary.median), interval(summary), number(Math.max(...list))];
  });
  return [
    `Page of ${showBytes(bytes)} in ${browser}`,
    alignedTable([["part", "size"], ...sizes]),
    alignedTable([["from the start of loading", "ms", "95 % interval", "highest"], ...times]),
  ].join("\n\n");
}
