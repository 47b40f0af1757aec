// One reader in a process of its own, so that its memory is known, and that it may run out of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { campaign, type Fault } from "./campaign";
import { type Growth, growthOf } from "./growth";
import type { FromChild, Job } from "./jobs";
import { readers } from "./readers";

const kept = resolve(__dirname, "../../../.cache/fuzz");
/** Milliseconds between two words to the parent. */
const pause = 500;

const tell = (message: FromChild): Promise<void> =>
  new Promise((told) => process.send?.(message, undefined, undefined, () => told()));

function keep(
  reader: string,
  { input, error, parts }: Fault,
): { input: number; error: string; files: string } {
  const files = join(kept, `${reader.replace(/\W+/g, "-")}-${input}`);
  mkdirSync(files, { recursive: true });
  for (const [at, bytes] of parts.entries()) writeFileSync(join(files, `part-${at}`), bytes);
  return { input, error: error instanceof Error ? (error.stack ?? error.message) : String(error), files };
}

async function main({ reader: name, inputs, seed, from, growth }: Job): Promise<void> {
  const reader = readers.find((one) => one.name === name)!;
  const begun = performance.now();
  let told = begun;
  const result = await campaign(reader, {
    inputs,
    seed,
    from,
    onInput(input) {
      if (performance.now() - told < pause) return;
      told = performance.now();
      process.send?.({ type: "input", input } satisfies FromChild);
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const memory = process.resourceUsage().maxRSS * 1024;
  const grown: Growth[] = [];
  for (const growing of growth ? (reader.growing ?? []) : []) {
    process.send?.({ type: "input", input: from + result.inputs } satisfies FromChild);
    grown.push(await growthOf(reader, growing));
  }
  const { read, longest } = result;
  const refused = [...result.refused].sort(([, a], [, b]) => b - a);
  const faults = result.faults.map((fault) => keep(name, fault));
  await tell({
    type: "done",
    tally: {
      reader: name,
      inputs: result.inputs,
      read,
      refused,
      longest,
      seconds,
      memory,
      growth: grown,
      faults,
    },
  });
}

process.once("disconnect", () => process.exit(1));
main(JSON.parse(process.argv[2])).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
