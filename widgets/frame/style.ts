/** Rules of the frame. Colors and font are inherited from the page. */
const rules = `
.pnr { position: relative; text-align: left; font-size: 13px; line-height: 1.45; }
.pnr:focus-visible { outline: 2px solid #0072b2; outline-offset: 3px; border-radius: 2px; }
.pnr-bar, .pnr-another { display: flex; flex-wrap: wrap; align-items: center; }
.pnr-bar { gap: 6px 16px; margin: 4px 0 8px; min-height: 28px; }
.pnr-bar label, .pnr-control { display: inline-flex; align-items: center; gap: 6px; max-width: 100%; }
.pnr-control, .pnr-bar button { white-space: nowrap; }
.pnr-control input[type="range"] { min-width: 0; flex: 0 1 9em; }
.pnr-bar select { min-width: 0; }
.pnr :is(select, button, summary), .pnr input[type="text"] { font: inherit; color: inherit; background: transparent; border: 1px solid #8888; border-radius: 4px; padding: 2px 7px; cursor: pointer; max-width: 26em; }
.pnr input[type="text"] { cursor: text; width: 26em; }
.pnr select option { color: #1f2328; background: #fff; }
.pnr :is(button, summary):hover { border-color: currentColor; }
.pnr :is(select, button, summary, input, [role="button"]):focus-visible { outline: 2px solid #0072b2; outline-offset: 1px; }
.pnr .js-plotly-plot .plotly .modebar-btn:focus-visible { outline: 2px solid #0072b2; }
.pnr input { accent-color: #0072b2; margin: 0; }
.pnr-another { gap: 6px 10px; margin: 0 0 8px; }
.pnr-another label { display: flex; align-items: center; gap: 6px; flex: 1 1 30em; white-space: nowrap; }
.pnr-another input[type="text"] { flex: 1; min-width: 0; max-width: none; }
.pnr button:disabled { opacity: 0.5; cursor: wait; }
.pnr-reading { min-width: 9.5em; font-variant-numeric: tabular-nums; }
.pnr-menu, .pnr-multiple { position: relative; }
.pnr-menu { margin-left: auto; }
.pnr-panel { position: absolute; z-index: 20; top: calc(100% + 4px); min-width: 11em; max-height: 20em; overflow: auto; padding: 5px; border: 1px solid #8888; border-radius: 6px; box-shadow: 0 4px 14px #0004; display: flex; flex-direction: column; gap: 2px; }
.pnr-menu .pnr-panel { right: 0; }
.pnr-panel[hidden] { display: none; }
.pnr-panel button { text-align: left; border-color: transparent; }
.pnr-multiple > summary { list-style: none; }
.pnr-multiple > summary::-webkit-details-marker { display: none; }
.pnr-part { overflow-x: auto; max-width: 100%; }
.pnr-part:has(> table) { container-type: inline-size; }
.pnr-part + .pnr-part { margin-top: 10px; }
.pnr-part > svg { max-width: 100%; height: auto; }
.pnr-part [data-value] { cursor: pointer; }
.pnr-pinned tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--pnr-paper); }
.pnr-said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.pnr-words { margin-top: 6px; }
.pnr-words > summary { display: inline-block; border: 0; padding: 0; opacity: 0.75; }
.pnr-words pre { white-space: pre-wrap; margin: 6px 0 0; font-size: 12px; max-height: 24em; overflow: auto; }
.pnr-note { opacity: 0.85; }
@media print { .pnr-bar, .pnr-words { display: none; } .pnr-part { overflow: visible; break-inside: avoid; color: var(--pnr-ink); background: var(--pnr-paper); print-color-adjust: exact; zoom: min(1, calc(700 / var(--pnr-width, 900))); } }
`;

/** Adds the rules to the page, once. */
export function addStyle(): void {
  if (document.getElementById("pnr-style")) return;
  const style = document.createElement("style");
  style.id = "pnr-style";
  style.textContent = rules;
  document.head.append(style);
}
