// Runs one reader in a separate process, to measure its memory and survive running out of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { campaign, type Fault } from "./campaign";
import { type Growth, growthOf } from "./growth";
import type { FromChild, Job } from "./jobs";
import { readers } from "./readers";

const faultsFolder = resolve(__dirname, "../../../.cache/fuzz");
/** Milliseconds between messages to the parent. */
const interval = 500;

const send = (message: FromChild): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));

function writeFault(
  reader: string,
  { input, error, parts }: Fault,
): { input: number; error: string; files: string } {
  const files = join(faultsFolder, `${reader.replace(/\W+/g, "-")}-${input}`);
  mkdirSync(files, { recursive: true });
  for (const [index, bytes] of parts.entries()) writeFileSync(join(files, `part-${index}`), bytes);
  return { input, error: error instanceof Error ? (error.stack ?? error.message) : String(error), files };
}

async function main({ reader: name, inputs, seed, from, growth }: Job): Promise<void> {
  const reader = readers.find((candidate) => candidate.name === name)!;
  const start = performance.now();
  let lastMessage = start;
  const result = await campaign(reader, {
    inputs,
    seed,
    from,
    onInput(input) {
      if (performance.now() - lastMessage < interval) return;
      lastMessage = performance.now();
      process.send?.({ type: "input", input } satisfies FromChild);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const memory = process.resourceUsage().maxRSS * 1024;
  const growths: Growth[] = [];
  for (const growing of growth ? (reader.growing ?? []) : []) {
    process.send?.({ type: "input", input: from + result.inputs } satisfies FromChild);
    growths.push(await growthOf(reader, growing));
  }
  const { read, longest } = result;
  const rejected = [...result.rejected].sort(([, a], [, b]) => b - a);
  const faults = result.faults.map((fault) => writeFault(name, fault));
  await send({
    type: "done",
    tally: {
      reader: name,
      inputs: result.inputs,
      read,
      rejected,
      longest,
      seconds,
      memory,
      growth: growths,
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
