import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, hostname } from "node:os";
import { join } from "node:path";
import type { EngineInfo } from "../../engine";
import type { Provenance } from "./result";

const root = join(__dirname, "../../../..");

export function provenanceOf(engine: EngineInfo, attempts: number): Provenance {
  return {
    version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
    commit: commit(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    engine: `${engine.name} (${engine.detail})`,
    host: hostname(),
    completed: new Date().toISOString(),
    attempts,
  };
}

function commit(): string | null {
  // an installed package may lie inside a repository that is not its own
  if (!existsSync(join(root, ".git"))) return null;
  try {
    const args = ["-C", root, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}
