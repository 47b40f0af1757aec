/**
 * The page's source with the address to open it at, without what scripts have added.
 *
 * @param app the element that scripts fill
 */
export function savedPage(document: Document, app: HTMLElement, address: string): string {
  const copy = document.cloneNode(true) as Document;
  const root = copy.getElementById(app.id) as HTMLElement;
  root.replaceChildren();
  root.dataset.state = address;
  copy.getElementById("pnr-style")?.remove();
  copy.body.removeAttribute("data-ready");
  return `<!doctype html>\n${copy.documentElement.outerHTML}\n`;
}
