import type { Package } from "./packages";

/** Licenses that we accept for dependencies. They only require users to keep the notices. */
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
  "MPL-2.0", // covers changes to its own files, and we change none
  "OFL-1.1", // for fonts
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
]);

/** Licenses that we also accept for development tools, which we do not distribute: cspell's dictionaries have them. */
const allowedInDevelopment = new Set(["CC BY-SA 4.0", "WTFPL"]);

/** Whether we accept a package with this SPDX expression (without brackets). */
export function isAllowed(license: string | undefined, use: "distributed" | "development"): boolean {
  if (license === undefined) return false;
  const accepts = (name: string): boolean =>
    allowed.has(name) || (use === "development" && allowedInDevelopment.has(name));
  return license.split(" OR ").some((choice) => choice.split(" AND ").every(accepts));
}

/** The number of packages with each license, the most common first: "58 MIT, 8 Apache-2.0". */
export function licenseCounts(packages: readonly Package[]): string {
  const counts = new Map<string, number>();
  for (const { license = "unknown" } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.map(([license, count]) => `${count} ${license}`).join(", ");
}
