import type { PaperSetting } from "./types";

/** Table 6 or 7 as printed: a row a setting, with precision, recall and F1 on each corpus in percent. What `showTable` takes. */
export function scoreRows(
  settings: readonly PaperSetting[],
): Readonly<Record<string, string | number | null>>[] {
  return settings.map(({ setting, scores }) => {
    const columns = Object.entries(scores).flatMap(([corpus, { precision, recall, f1 }]) => [
      [`${corpus} P`, precision],
      [`${corpus} R`, recall],
      [`${corpus} F1`, f1],
    ]);
    return { setting, ...Object.fromEntries(columns) };
  });
}
