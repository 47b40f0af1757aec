import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { browserTimeout, launchChromium } from "../support/chromium";
import { program, root } from "./browser-test";

/** A page in a new browser, with its network requests and errors. */
export interface Window {
  readonly page: Page;
  /** Addresses of all requests and web sockets. */
  readonly requests: string[];
  /** Errors of scripts in the page, except those in files of a front end. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** @param scripts whether pages may run scripts */
export async function openWindow(scripts = true): Promise<Window> {
  const browser = await launchChromium(program("chromium")[0]);
  const context: BrowserContext = await browser.newContext({
    javaScriptEnabled: scripts,
    viewport: { width: 1280, height: 1400 },
  });
  const requests: string[] = [];
  const errors: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("pageerror", ({ message, stack }) => {
    if (!/at .*https?:\/\/127\.0\.0\.1:\d+\/.*\.js/.test(stack ?? "")) errors.push(message);
  });
  page.setDefaultTimeout(browserTimeout);
  return { page, requests, errors, close: () => browser.close() };
}

/** Asserts that no request left this machine. */
export function assertLocal(requests: readonly string[]): void {
  const local = /^(?:(?:https?|wss?):\/\/127\.0\.0\.1:\d+\/|data:|blob:|file:\/\/|about:)/;
  assert.ok(requests.length, "requests are recorded");
  assert.deepEqual(
    requests.filter((address) => !local.test(address)),
    [],
  );
}

/** Saves a screenshot in out/browser for review. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, "out/browser");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Operates the first widget of the page: changes its marks and back, and opens its menu. */
export async function operateWidget(page: Page): Promise<void> {
  const widget = page.locator(".pnr").first();
  await widget.scrollIntoViewIfNeeded();
  await widget.locator("svg.main-svg").first().waitFor();
  const [bars, points] = [
    widget.locator(".barlayer .point"),
    widget.locator(".scatterlayer .points path.point"),
  ];
  await bars.first().waitFor();
  assert.ok((await bars.count()) > 10, "there are bars");
  const select = widget.getByLabel("marks");
  await select.selectOption("points");
  await points.first().waitFor();
  assert.equal(await bars.count(), 0);
  await select.selectOption("bars");
  await bars.first().waitFor();
  await openMenu(widget);
}

async function openMenu(widget: Locator): Promise<void> {
  const button = widget.getByRole("button", { name: /save/i });
  await button.click();
  await widget.getByRole("menuitem", { name: /SVG/ }).waitFor();
  await button.click();
}
