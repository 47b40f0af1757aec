import type { Package } from "./packages";

/** Licences under which this project takes what it depends on: none asks anything of those who use it but to keep notices. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "Bitstream-Vera",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0", // for changes to its own files, which we make none of
  "OFL-1.1", // for fonts
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
]);

/** Whether an SPDX expression (without brackets inside) lets us take a package. */
export function isAllowed(license: string | undefined): boolean {
  if (license === undefined) return false;
  return license.split(" OR ").some((choice) => choice.split(" AND ").every((one) => allowed.has(one)));
}

/** How many packages have each licence, the commonest first: "58 MIT, 8 Apache-2.0". */
export function licenceCounts(packages: readonly Package[]): string {
  const counts = new Map<string, number>();
  for (const { license = "unknown" } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.map(([license, count]) => `${count} ${license}`).join(", ");
}
