import type { Package } from "./packages";

/** The number of packages with each license, the most common first: "58 MIT, 8 Apache-2.0". */
export function licenseCounts(packages: readonly Package[]): string {
  const counts = new Map<string, number>();
  for (const { license = "unknown" } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.map(([license, count]) => `${count} ${license}`).join(", ");
}
