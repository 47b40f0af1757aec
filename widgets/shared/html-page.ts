import { escapeHtml, scriptJson } from "./html";

/** Makes the browser refuse every request: the page may use only what it contains. */
const contentPolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/**
 * A complete page that loads nothing.
 * @param title plain text
 * @param style CSS rules
 * @param body HTML
 */
export function htmlPage(title: string, style: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

const style = `
body { margin: 2rem auto; max-width: 1400px; padding: 0 1rem; background: #ffffff; color: #1f2328; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3; } }
`;

/** A page with one widget and everything it needs. @param staticHtml shown until the script runs */
export function widgetPage(
  { kind, packed, state }: { readonly kind: string; readonly packed: unknown; readonly state: object },
  title: string,
  staticHtml: string,
  runtime: { readonly name: string; readonly script: string },
): string {
  const request = scriptJson({ kind, id: "pnr-widget", packed, state });
  const body = `<h1 style="font-size:1.2rem">${escapeHtml(title)}</h1>
<div id="pnr-widget">${staticHtml}</div>
<script>${runtime.script}</script>
<script>(window.${runtime.name} = window.${runtime.name} || []).push(${request});</script>`;
  return htmlPage(title, style, body);
}
