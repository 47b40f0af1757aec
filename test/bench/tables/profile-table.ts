import { alignedTable } from "../../../src/base/aligned-table";
import type { ProfileLine, Run, StepProfile, YardstickResult } from "../result";
import { batchWords, nameOf, number, percent } from "./numbers";

const maxKernels = 15;
const maxPlaces = 12;

export function profileText(
  run: Run,
  profile: StepProfile,
  yardsticks: readonly YardstickResult[],
  variant: string,
): string {
  const line = ({ name, forward, backward, share, calls, gflop }: ProfileLine) => [
    name,
    number(forward),
    number(backward),
    percent(share),
    number(calls),
    gflop ? gflop.toFixed(3) : "",
  ];
  const whole = (lines: readonly ProfileLine[]): ProfileLine => ({
    name: "whole step",
    forward: sum(lines, "forward"),
    backward: sum(lines, "backward"),
    share: 1,
    calls: sum(lines, "calls"),
    gflop: profile.gflopPerStep,
  });
  const header = (what: string) => [what, "forward ms", "backward ms", "share", "kernel calls", "GFLOP"];
  const { modules, kernels } = profile;
  const rest = kernels.slice(maxKernels);
  const others = {
    ...whole(rest),
    name: `${rest.length} others`,
    share: sum(rest, "share"),
    gflop: sum(rest, "gflop"),
  };
  return [
    `One training step of ${nameOf(run)} (variant ${variant}), batch ${run.batch}, ${batchWords[run.batching]}, mean of ${profile.steps} (profiling slows it down)`,
    alignedTable([header("by module"), ...modules.map(line), line(whole(modules))]),
    "",
    alignedTable([
      header("by kernel"),
      ...kernels.slice(0, maxKernels).map(line),
      ...(rest.length ? [line(others)] : []),
    ]),
    "",
    alignedTable([
      ["the longest of both", "ms", "share", "kernel calls"],
      ...profile.places
        .slice(0, maxPlaces)
        .map(({ module, direction, kernel, milliseconds, calls }) => [
          `${module}, ${direction}: ${kernel}`,
          number(milliseconds),
          percent(milliseconds / profile.millisecondsPerStep),
          number(calls),
        ]),
    ]),
    "",
    arithmeticText(run, profile, yardsticks),
    ...(run.engine === "tensorflow"
      ? [
          "On a GPU, this engine queues its work: the times of calls are too short, and waiting appears where a number is read.",
        ]
      : []),
  ].join("\n");
}

/** Compares the rate of a step with the highest rate on this machine. */
function arithmeticText(run: Run, profile: StepProfile, yardsticks: readonly YardstickResult[]): string {
  const { gflopPerStep } = profile;
  const products = `Matrix products: ${gflopPerStep.toFixed(2)} GFLOP per step`;
  const best = bestProduct(run.engine, yardsticks);
  const training = run[run.batching];
  if (!training || !best) return `${products}.`;
  const seconds = run.sentences / training.sentencesPerSecond.median / run.steps;
  const rate = gflopPerStep / seconds;
  const share = percent(rate / best.gflopPerSecond.median);
  return `${products}; without profiling, it takes ${number(1000 * seconds)} ms: ${number(rate)} GFLOP/s, ${share} of ${best.name} (${number(best.gflopPerSecond.median)}).`;
}

/** The engine's largest yardstick without a transpose. */
function bestProduct(engine: string, yardsticks: readonly YardstickResult[]): YardstickResult | undefined {
  const products = yardsticks.filter((one) => one.engine === engine && /^matmul [^,]*$/.test(one.name));
  return products.sort((a, b) => b.gflop - a.gflop)[0];
}

function sum(
  lines: readonly ProfileLine[],
  key: "forward" | "backward" | "share" | "calls" | "gflop",
): number {
  return lines.reduce((total, line) => total + line[key], 0);
}
