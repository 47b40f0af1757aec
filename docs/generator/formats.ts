import { formats } from "../../src/corpus/formats/registry";

const begin = "<!-- formats: made by npm run docs -->";
const end = "<!-- end of formats -->";

/** A page with its table of corpus formats as the registry has them; pages without one stay as they are. */
export function withFormats(page: string): string {
  const [before, rest] = page.split(begin);
  if (rest === undefined) return page;
  const rows = formats
    .toReversed()
    .map(
      ({ name, holds, sign, writer }) =>
        `| \`${name}\` | ${holds} | ${sign} | ${writer ? `\`${name}\`` : "–"} |\n`,
    );
  const table = ["| `--from` | what it is | recognized by | `--to` |\n", "|---|---|---|---|\n", ...rows];
  return `${before}${begin}\n${table.join("")}${end}${rest.slice(rest.indexOf(end) + end.length)}`;
}
