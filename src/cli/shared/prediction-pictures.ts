import { sentence } from "../../../widgets/sentence/sentence";
import { escapeHtml } from "../../../widgets/shared/html";
import { renderWidget } from "../../../widgets/shared/save";
import type { PredictionFormat, PredictionSource } from "./prediction-format";

const style = `
body { margin: 2rem auto; max-width: 960px; padding: 0 1rem; background: #ffffff; color: #1f2328; font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.2rem; }
figure { margin: 0 0 1.2rem; }
figcaption { color: #59636e; font-size: 0.8rem; }
svg { max-width: 100%; height: auto; }`;

/** A page of all sentences with their entities as stacked brackets, and gold entities above them. It loads nothing. */
export function predictionPage({ run, types }: PredictionSource): PredictionFormat {
  const title = escapeHtml(`Entities found by ${run}`);
  return {
    begin: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}
</style>
</head>
<body>
<h1>${title}</h1>
`,
    async sentence({ tokens, gold, place }, predicted) {
      // With all types, a type has the same color on the whole page.
      const widget = sentence({ tokens, entities: gold, predicted, types }, { positions: false });
      const picture = await renderWidget(widget, "sentence.svg");
      const text = String(await renderWidget(widget, "sentence.txt"));
      const [, , ...entities] = text.trimEnd().split("\n"); // without the words and the heading
      const words = escapeHtml(
        entities.map((line) => line.trim().replace(/ +/g, " ")).join("; ") || "no entities",
      );
      return `<figure aria-label="${words}">\n<figcaption>${escapeHtml(place)}</figcaption>\n${picture}\n</figure>\n`;
    },
    end: "</body>\n</html>\n",
  };
}

/** Each sentence with a line per entity, for reading in a terminal. Gold entities, if known, show which are right. */
export function predictionText({ types }: PredictionSource): PredictionFormat {
  return {
    async sentence({ tokens, gold }, predicted) {
      const widget = sentence({ tokens, entities: gold, predicted, types });
      return `${String(await renderWidget(widget, "sentence.txt")).trimEnd()}\n\n`;
    },
  };
}
