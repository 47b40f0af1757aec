import type { Figure } from "../shared/figure";
import { dark, light, type Theme } from "../shared/theme";

/** The part of plotly that the frame uses. */
export interface Plotly {
  react(
    element: HTMLElement,
    data: Figure["data"],
    layout: Figure["layout"],
    config: object,
  ): Promise<unknown>;
  toImage(element: HTMLElement, options: object): Promise<string>;
  purge(element: HTMLElement): void;
}

/** An element with the members that plotly adds when it draws in it. */
export interface PlotElement extends HTMLElement {
  on(event: "plotly_click", listener: (event: PlotClick) => void): void;
}

interface PlotClick {
  readonly points: readonly { readonly customdata?: unknown }[];
}

/** The theme that fits the element's background, with that background as paper. */
export function themeAround(element: Element): Theme {
  const paper = backgroundOf(element);
  const [red, green, blue] = (paper.match(/[\d.]+/g) ?? []).map(Number);
  return { ...(0.3 * red + 0.59 * green + 0.11 * blue < 128 ? dark : light), paper };
}

/** The color behind the element. VS Code's frames are transparent and name their color; a page without a color is white. */
export function backgroundOf(element: Element): string {
  for (let ancestor: Element | null = element; ancestor; ancestor = ancestor.parentElement) {
    const color = getComputedStyle(ancestor).backgroundColor;
    const [, , , alpha = "1"] = color.match(/[\d.]+/g) ?? [];
    if (/^rgb/.test(color) && Number(alpha) > 0) return color;
  }
  const property = getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background");
  const [, hex] = /^#([0-9a-f]{6})$/i.exec(property.trim()) ?? [];
  if (!hex) return "rgb(255, 255, 255)";
  return `rgb(${[0, 2, 4].map((start) => Number.parseInt(hex.slice(start, start + 2), 16)).join(", ")})`;
}

/** Calls `changed` when the page's colors may have changed. @returns a function that stops this */
export function onThemeChange(changed: () => void): () => void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  prefersDark.addEventListener("change", changed);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-light", "data-theme"],
    });
  }
  return () => {
    prefersDark.removeEventListener("change", changed);
    observer.disconnect();
  };
}

/** Creates an element. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
