import { forestPlot, scoresByLength, sweepCurves, trainingCurves } from "../../../widgets/index";
import { widgetForms } from "../../../widgets/shared/forms";
import { escapeHtml } from "../../../widgets/shared/html";
import { htmlPage } from "../../../widgets/shared/html-page";
import { runtime } from "../../../widgets/shared/runtime";
import { renderWidget } from "../../../widgets/shared/save";
import { table5 } from "../../experiments/paper";
import {
  type Block,
  type Chart,
  isLong,
  isNumeric,
  type Report,
  type ReportTable,
} from "../../experiments/report";

/** A report as one page with interactive charts. It loads nothing. */
export async function reportPage(report: Report): Promise<string> {
  const links = report.sections.map(
    ({ title }, index) => `<li><a href="#s${index}">${escapeHtml(title)}</a></li>`,
  );
  const sections: string[] = [];
  let charts = 0;
  for (const [index, { title, blocks }] of report.sections.entries()) {
    const parts: string[] = [];
    for (const block of blocks) parts.push(await blockHtml(block, () => `chart${++charts}`));
    sections.push(`<section id="s${index}"><h2>${escapeHtml(title)}</h2>\n${parts.join("\n")}\n</section>`);
  }
  const body = `<header><h1>${escapeHtml(report.title)}</h1>
<p>${escapeHtml(report.about)}</p>
<nav aria-label="Sections"><ol>${links.join("")}</ol></nav></header>
${sections.join("\n")}
<script>${runtime().script}</script>`;
  return htmlPage(report.title, style, body);
}

/** The picture of a chart. */
export function chartPicture(chart: Chart): Promise<string | Uint8Array> {
  // The branches differ in the types of the widgets' states.
  switch (chart.kind) {
    case "differences":
      return renderWidget(forestPlot(chart.results), "chart.png");
    case "sweep curves":
      return renderWidget(sweepCurves(chart.results), "chart.png");
    case "lengths":
      return renderWidget(scoresWidget(chart), "chart.png");
    case "training":
      return renderWidget(trainingCurves(chart.runs), "chart.png");
  }
}

async function blockHtml(block: Block, name: () => string): Promise<string> {
  switch (block.kind) {
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "table":
      return tableHtml(block.table);
    case "chart": {
      const { bundle } = await chartForms(block.chart, name());
      return `<figure>${bundle["text/html"]}<figcaption>${escapeHtml(block.chart.caption)}</figcaption></figure>`;
    }
  }
}

function chartForms(chart: Chart, name: string): ReturnType<typeof widgetForms> {
  switch (chart.kind) {
    case "differences":
      return widgetForms(forestPlot(chart.results), name, runtime().name);
    case "sweep curves":
      return widgetForms(sweepCurves(chart.results), name, runtime().name);
    case "lengths":
      return widgetForms(scoresWidget(chart), name, runtime().name);
    case "training":
      return widgetForms(trainingCurves(chart.runs), name, runtime().name);
  }
}

function scoresWidget({ runs }: Chart & { readonly kind: "lengths" }): ReturnType<typeof scoresByLength> {
  return scoresByLength(runs, { paper: table5 });
}

function tableHtml({ name, caption, rows }: ReportTable): string {
  if (!rows.length) return "";
  const columns = Object.keys(rows[0]);
  const classes = columns.map((column) =>
    isNumeric(rows, column) ? ' class="number"' : isLong(rows, column) ? ' class="long"' : "",
  );
  const head = columns.map((column, index) => `<th scope="col"${classes[index]}>${escapeHtml(column)}</th>`);
  const body = rows.map((row) => {
    const cells = columns.map((column, index) => {
      const text = row[column] ?? "";
      const judgment = judgments.includes(text) ? ` data-judgment="${text}"` : "";
      return `<td${classes[index]}${judgment}>${escapeHtml(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="wide" tabindex="0"><table id="${name}"><caption>${escapeHtml(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

const judgments: readonly string[] = [
  ...["supported", "contradicted", "equivalent"],
  ...["within prediction interval", "differs"],
  ...["better", "worse"],
];

const style = `
:root { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d9dee3; --good: #00694f; --bad: #a84300; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #2a3038; --good: #2ec4a0; --bad: #f08a4b; } }
body { margin: 2rem auto; max-width: 1260px; padding: 0 1.2rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.6rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
p { max-width: 80ch; } a { color: inherit; } nav ol { columns: 2; padding-left: 1.4rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding: 0 0 .4rem; max-width: 110ch; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { border-bottom: 2px solid var(--ink); vertical-align: bottom; }
.number { text-align: right; } .long { white-space: normal; }
[data-judgment] { font-weight: 600; }
[data-judgment="supported"], [data-judgment="within prediction interval"] { color: var(--good); }
[data-judgment="contradicted"], [data-judgment="differs"] { color: var(--bad); }
figure { margin: 1.4rem 0; overflow-x: auto; } figcaption { color: var(--faint); font-size: 13px; }
`;
