import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { writeAtomic } from "../../base/files";
import { ChildFailure, runInChild } from "../child";
import { processor } from "../processor";
import { type BlasLibrary, kernelChoices } from "./library";
import { accelerate, proofFolder } from "./places";

/** A library that computes correctly, or why it is not one. */
export type Proof = { readonly library: BlasLibrary } | { readonly reason: string };

/** Milliseconds. A proof takes about one second, but many on a crowded machine. */
const longestProof = 120_000;

const schema: z.ZodType<Proof> = z.union([
  z.strictObject({
    library: z.strictObject({
      path: z.string(),
      name: z.string(),
      version: z.string(),
      core: z.string(),
      symbol: z.string(),
      integerBits: z.union([z.literal(32), z.literal(64)]),
      setThreads: z.string().optional(),
    }),
  }),
  z.strictObject({ reason: z.string() }),
]);

/** Computes with a library in a process of its own, which a broken library may end, or recalls what that gave before. */
export async function proveLibrary(path: string): Promise<Proof> {
  const record = recordOf(path);
  const known = record && read(record);
  if (known) return known;
  const { proof, lasting } = await compute(path);
  if (record && lasting) write(record, proof);
  return proof;
}

/** Raised when the proof asks more of a library, so that older proofs no longer count. */
const proofVersion = 1;

/** Where the proof of a file as it stands is cached; undefined for a bare name, which may stand for another file tomorrow. */
function recordOf(path: string): string | undefined {
  const state = fileState(path);
  if (state === undefined) return undefined;
  const choices = kernelChoices.map((name) => process.env[name] ?? "");
  const key = JSON.stringify([proofVersion, path, state, processor, process.versions.node, ...choices]);
  return join(proofFolder(), `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
}

/** What changes when a library does. */
function fileState(path: string): string | undefined {
  if (path === accelerate) return release();
  if (!isAbsolute(path)) return undefined;
  const state = statSync(path, { throwIfNoEntry: false });
  return state && `${state.size} ${state.mtimeMs}`;
}

function read(record: string): Proof | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(record, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function write(record: string, proof: Proof): void {
  try {
    mkdirSync(proofFolder(), { recursive: true });
    writeAtomic(record, `${JSON.stringify(proof)}\n`);
  } catch {
    // Without a cache the next start computes the proof again.
  }
}

async function compute(path: string): Promise<{ readonly proof: Proof; readonly lasting: boolean }> {
  try {
    const library = await runInChild(join(__dirname, "prove.js"), [path], { timeout: longestProof });
    return { proof: { library: JSON.parse(library) }, lasting: true };
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error;
    return { proof: { reason: error.message }, lasting: error.lasting };
  }
}
