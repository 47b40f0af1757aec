import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../src/base/errors";
import { reason } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";

/** Identifies a message and its sender. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** A message of the Jupyter wire protocol 5.3. */
export interface WireMessage {
  readonly type: string;
  readonly id: string;
  /** Id of the request that this message answers, if any. */
  readonly parent: string | undefined;
  readonly content: Record<string, unknown>;
}

/** A message as a kernel receives it, with everything that a reply must repeat. */
export interface Request extends WireMessage {
  /** Frames by which a router finds the sender. */
  readonly route: readonly Buffer[];
  readonly header: Header;
  readonly metadata: Record<string, unknown>;
}

/** Publishes a message about one request, such as a running cell, to all front ends. */
export type Publish = (type: string, content: object) => void;

/** Exit code of a kernel that found one of its ports in use. */
export const portTaken = 75;

const delimiter = "<IDS|MSG>";

/** Frames of a signed request, and its id. */
export function pack(
  key: string,
  session: string,
  type: string,
  content: object,
): { readonly id: string; readonly frames: string[] } {
  const header = newHeader(session, type);
  return { id: header.msg_id, frames: sealed(key, [header, {}, {}, content]) };
}

/** Frames of a signed reply, for the socket that received the request. */
export function packReply(key: string, to: Request, type: string, content: object): (Buffer | string)[] {
  return [...to.route, ...packBroadcast(key, to, type, content)];
}

/** Frames of a signed message about a request, for all front ends. */
export function packBroadcast(key: string, about: Request, type: string, content: object): string[] {
  return sealed(key, [newHeader(about.header.session, type), about.header, {}, content]);
}

/** Front ends add different further fields. */
const headerSchema: z.ZodType<Header> = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
  session: z.string().default(""),
  username: z.string().default(""),
  date: z.string().default(""),
  version: z.string().default(""),
});
const parentSchema = z.looseObject({ msg_id: z.string().optional() });
const objectSchema = z.record(z.string(), z.unknown());

/** @throws InputError if the frames are not a message signed with the key */
export function unpack(key: string, frames: readonly Uint8Array[]): Request {
  const buffers = frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  const start = buffers.findIndex((frame) => frame.toString("latin1") === delimiter);
  const parts = buffers.slice(start + 2);
  if (start < 0 || parts.length < 4) throw new InputError("a message without all its parts");
  if (!isSignature(buffers[start + 1], sign(key, parts)))
    throw new InputError("a message with a wrong signature");
  const [headerJson, parent, metadata, content] = parts.map(parseJson);
  const header = parseWith(headerSchema, headerJson, "a message: header");
  return {
    route: buffers.slice(0, start),
    header,
    metadata: parseWith(objectSchema, metadata, "a message: metadata"),
    type: header.msg_type,
    id: header.msg_id,
    parent: parseWith(parentSchema, parent, "a message: parent").msg_id,
    content: parseWith(objectSchema, content, "a message: content"),
  };
}

/** Takes the same time wherever the first difference is, so that a signature cannot be guessed byte by byte. */
function isSignature(actual: Buffer, expected: string): boolean {
  const bytes = Buffer.from(expected);
  return actual.length === bytes.length && timingSafeEqual(actual, bytes);
}

function parseJson(part: Buffer): unknown {
  try {
    return JSON.parse(part.toString());
  } catch (error) {
    throw new InputError(`a message that is not valid JSON (${reason(error)})`, { cause: error });
  }
}

/** Only the owner of the key can send enough messages to make the inbox forget a signature. */
const maxSignatures = 65_536;

/** Accepts each signed message once, so that an eavesdropper cannot send a copy. */
export class Inbox {
  private readonly signatures = new Set<string>();

  constructor(private readonly key: string) {
    if (!key) throw new InputError("the connection file has no key: anybody on this machine could run code");
  }

  /** @throws InputError as {@link unpack} does, and for a message that was accepted before */
  accept(frames: readonly Uint8Array[]): Request {
    const request = unpack(this.key, frames);
    const signature = Buffer.from(frames[request.route.length + 1]).toString("latin1");
    if (this.signatures.has(signature)) throw new InputError("a message that came before");
    const [oldest] = this.signatures;
    if (this.signatures.size >= maxSignatures) this.signatures.delete(oldest);
    this.signatures.add(signature);
    return request;
  }
}

function newHeader(session: string, type: string): Header {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), session, username: "pnr", date, msg_type: type, version: "5.3" };
}

function sealed(key: string, content: readonly object[]): string[] {
  const parts = content.map((part) => JSON.stringify(part));
  return [delimiter, sign(key, parts), ...parts];
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
