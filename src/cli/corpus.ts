import type { Command } from "commander";
import { addCheck } from "./corpus-check";
import { addConvert } from "./corpus-convert";
import { addFetch } from "./corpus-fetch";
import { addSplit } from "./corpus-split";
import { addStats } from "./corpus-stats";

export function addCorpus(program: Command): void {
  const corpus = program
    .command("corpus")
    .description("inspect, check, convert, split and fetch corpora")
    .helpCommand(false);
  for (const add of [addStats, addCheck, addConvert, addSplit, addFetch]) add(corpus);
}
