import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { program, root } from "./available";

/** A page in a browser of its own, with all that it asked the network for. */
export interface Window {
  readonly page: Page;
  /** Addresses of all requests and web sockets. */
  readonly requests: string[];
  /** Errors of scripts within the page; those of a front end's own files are its own. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Long enough for a machine that has other work to do. */
const millisecondsToWait = 120_000;

/** @param scripts whether pages may run scripts */
export async function openWindow(scripts = true): Promise<Window> {
  const browser: Browser = await chromium.launch({
    executablePath: program("chromium")[0],
    timeout: millisecondsToWait,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
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
  page.setDefaultTimeout(millisecondsToWait);
  return { page, requests, errors, close: () => browser.close() };
}

/** No request may leave this machine. */
export function assertLocal(requests: readonly string[]): void {
  const local = /^(?:(?:https?|wss?):\/\/127\.0\.0\.1:\d+\/|data:|blob:|file:\/\/|about:)/;
  assert.ok(requests.length, "the requests are seen at all");
  assert.deepEqual(
    requests.filter((address) => !local.test(address)),
    [],
  );
}

/** Keeps a picture of the page in out/browser for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(root, "out/browser");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Works the first widget of the page: its picture changes when another way of drawing is chosen, and back again. */
export async function workWidget(page: Page): Promise<void> {
  const widget = page.locator(".pnr").first();
  await widget.scrollIntoViewIfNeeded();
  await widget.locator("svg.main-svg").first().waitFor();
  const [bars, points] = [
    widget.locator(".barlayer .point"),
    widget.locator(".scatterlayer .points path.point"),
  ];
  await bars.first().waitFor();
  assert.ok((await bars.count()) > 10, "there are bars");
  const choice = widget.getByLabel("marks");
  await choice.selectOption("points");
  await points.first().waitFor();
  assert.equal(await bars.count(), 0);
  await choice.selectOption("bars");
  await bars.first().waitFor();
  await menuOpens(widget);
}

async function menuOpens(widget: Locator): Promise<void> {
  const button = widget.getByRole("button", { name: /save/i });
  await button.click();
  await widget.getByRole("menuitem", { name: /SVG/ }).waitFor();
  await button.click();
}
