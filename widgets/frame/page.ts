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

/** What plotly adds to the element it draws in. */
export interface PlotElement extends HTMLElement {
  on(event: "plotly_click", listener: (event: PlotClick) => void): void;
}

export interface PlotClick {
  readonly points: readonly { readonly customdata?: unknown }[];
}

/** The theme that goes with what the element stands on, with that as its paper. */
export function themeAround(element: Element): Theme {
  const paper = backgroundOf(element);
  const [red, green, blue] = (paper.match(/[\d.]+/g) ?? []).map(Number);
  return { ...(0.3 * red + 0.59 * green + 0.11 * blue < 128 ? dark : light), paper };
}

/** Color of what the element stands on. VS Code's frames let through a color that they name; a page that says nothing is white. */
export function backgroundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    const [, , , alpha = "1"] = color.match(/[\d.]+/g) ?? [];
    if (/^rgb/.test(color) && Number(alpha) > 0) return color;
  }
  const [, hex] = /^#([0-9a-f]{6})$/i.exec(named("--vscode-editor-background")) ?? [];
  return hex ? `rgb(${[0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})` : white;
}

const white = "rgb(255, 255, 255)";

/** What the page has under the name of a custom property. */
function named(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

/** Calls when what the page looks like may have changed. @returns how to stop that */
export function onThemeChange(changed: () => void): () => void {
  const wanted = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  wanted.addEventListener("change", changed);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-light", "data-theme"],
    });
  }
  return () => {
    wanted.removeEventListener("change", changed);
    observer.disconnect();
  };
}

/** An element with its class, its attributes and what stands in it. */
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
