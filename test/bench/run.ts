// `npm run bench`: how fast the model is on this machine, and where the time goes.
import { loadavg } from "node:os";
import { basename, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { InputError } from "../../src/base/errors";
import { writeAtomic } from "../../src/base/files";
import { Progress, showSeconds } from "../../src/base/progress";
import { exitAtBrokenPipe } from "../../src/cli/shared/broken-pipe";
import { exitCodeOf, messageOf } from "../../src/cli/shared/failure";
import { printJson, printText } from "../../src/cli/shared/output";
import { type EngineName, examineEngines } from "../../src/engine";
import { chromiumPath, launchChromium } from "../support/chromium";
import { type Comparison, compareResults, requireComparable } from "./compare";
import { configNamed, configOf } from "./configs";
import { type BenchOptions, benchProgram } from "./options";
import { readReference, requireMeasuredHere } from "./reference";
import { type Result, readResult, type Settings, thisMachine } from "./result";
import { measureScaling } from "./scaling";
import { scalingFigure } from "./scaling-figure";
import { comparisonText, resultText, widgetsText } from "./tables";
import { measureThroughput, type Report } from "./throughput";
import { type CorpusPart, readPart } from "./workload";

async function bench(options: BenchOptions): Promise<void> {
  if (options.widgets) return benchWidgets(options);
  if (options.page !== undefined) return benchPage(options, options.page);
  const configs = [...new Set(options.config.map(configNamed))];
  const part: CorpusPart = { path: options.corpus, split: options.split, limit: options.limit };
  const reference = options.reference === undefined ? undefined : readReference(options.reference);
  const earlier = options.against === undefined ? undefined : readResult(options.against);
  if (options.scaling && configs.length > 1) throw new InputError("--scaling measures a single --config");
  for (const config of configs) configOf({ ...options, config });
  const { corpus } = await readPart(part);
  const engines = await enginesFor(options);
  const machine = thisMachine();
  if (reference) requireMeasuredHere(reference, machine, options.reference as string);
  const settings: Settings = {
    variant: options.variant,
    set: options.set,
    encoder: options.encoder === undefined ? undefined : basename(resolve(options.encoder)),
    vocabulary: options.vocabulary === undefined ? undefined : basename(options.vocabulary),
    corpus: { name: corpus.name, hash: corpus.hash, split: options.split, limit: options.limit },
    repetitions: options.repetitions,
  };
  const runs = configs.flatMap((config) => {
    const batch = configOf({ ...options, config }).training.batchSize;
    return engines.map((engine) => ({ engine, config, batch }));
  });
  if (earlier) requireComparable(earlier, { machine, settings, runs }, options.against as string);
  const progress = new Progress();
  const load = warnIfBusy(progress);
  const measurements = await measure(options, configs, part, engines, progress);
  const result: Result = {
    version: 2,
    machine,
    made: { at: new Date().toISOString(), node: process.version, load },
    settings,
    ...measurements,
  };
  if (options.out !== undefined) writeAtomic(options.out, `${JSON.stringify(result, undefined, 2)}\n`);
  const comparison = earlier && compareResults(earlier, result);
  if (options.scaling) {
    const caption = `${configs[0]} (${options.variant}) on ${machine.processor}`;
    const { figureSvg } = await import("../../widgets/shared/picture.js");
    const { source } = await figureSvg(scalingFigure(result.scaling, caption));
    writeAtomic(options.picture, source);
    progress.print(`The picture is in ${options.picture}`);
  }
  if (options.json) printJson(comparison ? { ...result, comparison } : result);
  else printText(textOf(result, reference, comparison, options));
}

/** Returns the load average of the last minute. */
function warnIfBusy(progress: Progress): number {
  const [load] = loadavg();
  if (load > thisMachine().cores / 2)
    progress.print(
      `This machine is busy (load ${load.toFixed(1)}): it will appear slower than it is, and figures will vary.`,
    );
  return load;
}

async function benchWidgets({ repetitions, json }: BenchOptions): Promise<void> {
  const { measureWidgets } = await import("./widgets/measure.js");
  await inChromium("The widgets are", async (browser, progress) => {
    const timings = await measureWidgets(browser, repetitions, reporter(progress));
    progress.stop();
    if (json) printJson({ machine: thisMachine(), chromium: browser.version(), timings });
    else printText(widgetsText(timings, `Chromium ${browser.version()}`));
  });
}

async function benchPage({ repetitions, json }: BenchOptions, file: string): Promise<void> {
  const { measurePage, pageText } = await import("./page.js");
  await inChromium("The page is", async (browser) => {
    const timing = await measurePage(browser, file, repetitions);
    if (json) printJson({ machine: thisMachine(), chromium: browser.version(), timing });
    else printText(pageText(timing, `Chromium ${browser.version()}`));
  });
}

/** @param subject begins the message that there is no browser */
async function inChromium(
  subject: string,
  measureIn: (browser: Browser, progress: Progress) => Promise<void>,
): Promise<void> {
  const program = chromiumPath();
  if (program === undefined)
    return printText(`${subject} not measured: no chromium on the PATH (or set PNR_CHROMIUM to one).`);
  const progress = new Progress();
  warnIfBusy(progress);
  const browser = await launchChromium(program);
  try {
    await measureIn(browser, progress);
  } finally {
    progress.stop();
    await browser.close();
  }
}

async function measure(
  options: BenchOptions,
  configs: readonly string[],
  part: CorpusPart,
  engines: readonly EngineName[],
  progress: Progress,
): Promise<Pick<Result, "runs" | "yardsticks" | "scaling">> {
  const { variant, batch, set, encoder, vocabulary, repetitions } = options;
  const task = { variant, batch, set, encoder, vocabulary, corpus: part };
  const report = reporter(progress);
  try {
    if (!options.scaling) {
      const profileOnly = options.profile ?? false;
      const plan = { engines, configs, task, repetitions, profileOnly };
      return { ...(await measureThroughput(plan, report)), scaling: [] };
    }
    const upTo = { length: options.maxLength, hidden: options.maxHidden };
    const plan = { engines, task: { ...task, config: configs[0] }, repetitions, upTo };
    return { runs: [], yardsticks: [], scaling: await measureScaling(plan, report) };
  } finally {
    progress.stop();
  }
}

function reporter(progress: Progress): Report {
  const began = Date.now();
  return (what, done, total) => {
    const remaining = (((Date.now() - began) / 1000) * (total - done)) / Math.max(1, done);
    progress.update({
      done,
      total,
      place: "bench",
      figures: `${what}${done ? `, ${showSeconds(remaining)} left` : ""}`,
    });
  };
}

/** The requested engines, or by default those that run here. */
async function enginesFor({ engine }: BenchOptions): Promise<readonly EngineName[]> {
  if (engine.length) return [...new Set(engine)];
  const available = (await examineEngines()).filter((one) => one.available).map(({ name }) => name);
  const fast = available.filter((name) => name !== "cpu");
  return fast.length ? fast : available;
}

function textOf(
  result: Result,
  reference: Parameters<typeof resultText>[1],
  comparison: readonly Comparison[] | undefined,
  { against }: BenchOptions,
): string {
  const text = resultText(result, reference);
  return comparison
    ? `${text}\n\n${comparisonText(comparison, against as string, result.settings.variant)}`
    : text;
}

const program = benchProgram(bench);
exitAtBrokenPipe(fail);
program.parseAsync().catch(fail);

function fail(error: unknown): void {
  const message = messageOf(error, [], program);
  if (message !== undefined) process.stderr.write(`bench: ${message}\n`);
  process.exitCode = exitCodeOf(error);
}
