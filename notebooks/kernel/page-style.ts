import { readFileSync } from "node:fs";

const layout = `
:root { --ink: #1f2328; --paper: #ffffff; --faint: #59636e; --line: #d1d9e0; --code: #f6f8fa; --wrong: #a40e26; --wrong-paper: #fff1f0; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --line: #30363d; --code: #161b22; --wrong: #ff9492; --wrong-paper: #2d1417; --link: #6cb6ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 2.5rem 1.25rem 5rem 3.75rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 0.75rem; }
h1 { font-size: 2rem; margin-top: 0; }
h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.3rem; }
h3 { font-size: 1.1rem; }
.text { max-width: 46rem; }
.text a { color: var(--link); }
.text table { border-collapse: collapse; }
.text th, .text td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.8rem; }
.text img { max-width: 100%; }
blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 3px solid var(--line); color: var(--faint); }
pre, code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 13.5px; }
p code, li code, td code { background: var(--code); padding: 0.1em 0.35em; border-radius: 4px; }
pre { margin: 0; padding: 0.7rem 0.9rem; line-height: 1.5; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.cell { position: relative; margin: 1.1rem 0; }
.count { position: absolute; right: 100%; top: 0.75rem; padding-right: 0.6rem; color: var(--faint); font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.code, .text pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; }
.output { margin-top: 0.5rem; overflow-x: auto; }
.output:empty { margin: 0; }
.output pre { padding: 0.2rem 0.9rem; }
.output .stderr { color: var(--faint); }
.output .error { color: var(--wrong); background: var(--wrong-paper); border-radius: 6px; padding: 0.7rem 0.9rem; }
.output img { max-width: 100%; height: auto; }
nav a, .card a { color: var(--link); text-decoration: none; }
nav a:hover, .card a:hover { text-decoration: underline; }
nav.above { margin-bottom: 1.5rem; font-size: 0.9rem; }
nav.below { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1rem; margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); }
nav.below span:last-child { text-align: right; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1.25rem; margin-top: 1.5rem; }
.card { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; display: flex; flex-direction: column; }
.card .picture { height: 11rem; padding: 0.4rem; background: #ffffff; border-bottom: 1px solid var(--line); }
.card .picture img { width: 100%; height: 100%; object-fit: contain; display: block; }
.card .words { padding: 0.9rem 1rem 1rem; }
.card h2 { font-size: 1.05rem; margin: 0 0 0.4rem; border: 0; padding: 0; }
.card p { margin: 0.4rem 0; font-size: 0.92rem; }
.card .note { color: var(--faint); font-size: 0.85rem; }
@media (max-width: 640px) { main { padding: 1.25rem 1rem 3rem; } .count { display: none; } }
@media print { .cell { break-inside: avoid; } .text { break-inside: avoid; break-after: avoid; } h1, h2, h3 { break-after: avoid; } }
`;

/** Style sheet of a notebook page: our layout and the colors of highlight.js, both light and dark. */
export function pageStyle(): string {
  return `${codeColors("github")}\n@media (prefers-color-scheme: dark) {\n${codeColors("github-dark")}\n}${layout}`;
}

/** The colors of a theme, without its layout of code blocks. */
function codeColors(theme: string): string {
  return readFileSync(require.resolve(`highlight.js/styles/${theme}.min.css`), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^pre code\.hljs\{.*?\}code\.hljs\{.*?\}/, "")
    .replace(/\.hljs\{.*?\}/, "")
    .trim();
}
