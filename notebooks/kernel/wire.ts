import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../src/base/errors";
import { reason } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";

/** Names a message and who sent it. */
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
  /** Id of the request that this message answers; undefined when it answers none. */
  readonly parent: string | undefined;
  readonly content: Record<string, unknown>;
}

/** A message as a kernel takes it: with all that an answer must bring back. */
export interface Request extends WireMessage {
  /** Frames by which a router finds the way back. */
  readonly route: readonly Buffer[];
  readonly header: Header;
  readonly metadata: Record<string, unknown>;
}

/** The kernel leaves with this exit code when another process took one of its ports before it could. */
export const portTaken = 75;

const delimiter = "<IDS|MSG>";

/** Frames of a signed request, and its id. */
export function pack(
  key: string,
  session: string,
  type: string,
  content: object,
): { readonly id: string; readonly frames: string[] } {
  const header = headerOf(session, type);
  return { id: header.msg_id, frames: sealed(key, [header, {}, {}, content]) };
}

/** Frames of a signed answer to a request, to be sent by the socket that it came in by. */
export function packReply(key: string, to: Request, type: string, content: object): (Buffer | string)[] {
  return [...to.route, ...packNews(key, to, type, content)];
}

/** Frames of a signed message about a request, to be published. */
export function packNews(key: string, about: Request, type: string, content: object): string[] {
  return sealed(key, [headerOf(about.header.session, type), about.header, {}, content]);
}

/** Front ends differ in what else they say. */
const headerSchema: z.ZodType<Header> = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
  session: z.string().default(""),
  username: z.string().default(""),
  date: z.string().default(""),
  version: z.string().default(""),
});
const parentSchema = z.looseObject({ msg_id: z.string().optional() });
const anySchema = z.record(z.string(), z.unknown());

/** @throws InputError when the frames are no message or carry another key's signature. */
export function unpack(key: string, frames: readonly Uint8Array[]): Request {
  const buffers = frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  const start = buffers.findIndex((frame) => frame.toString("latin1") === delimiter);
  const parts = buffers.slice(start + 2);
  if (start < 0 || parts.length < 4) throw new InputError("a message without all its parts");
  if (!isSignature(buffers[start + 1], sign(key, parts)))
    throw new InputError("a message with a wrong signature");
  const [header, parent, metadata, content] = parts.map(parsed);
  const known = parseWith(headerSchema, header, "a message: header");
  return {
    route: buffers.slice(0, start),
    header: known,
    metadata: parseWith(anySchema, metadata, "a message: metadata"),
    type: known.msg_type,
    id: known.msg_id,
    parent: parseWith(parentSchema, parent, "a message: parent").msg_id,
    content: parseWith(anySchema, content, "a message: content"),
  };
}

/** Takes as long wherever the first difference is, so that no signature can be guessed byte by byte. */
function isSignature(found: Buffer, wanted: string): boolean {
  const bytes = Buffer.from(wanted);
  return found.length === bytes.length && timingSafeEqual(found, bytes);
}

function parsed(part: Buffer): unknown {
  try {
    return JSON.parse(part.toString());
  } catch (error) {
    throw new InputError(`a message that is not valid JSON (${reason(error)})`, { cause: error });
  }
}

/** Most signatures that are remembered; who can send so many messages in between has the key. */
const remembered = 65_536;

/** Takes each signed message once: a copy of one, sent again by somebody who listened, is no message. */
export class Inbox {
  private readonly seen = new Set<string>();

  constructor(private readonly key: string) {
    if (!key) throw new InputError("the connection file has no key: anybody on this machine could run code");
  }

  /** @throws InputError as {@link unpack} does, and for a message that came before */
  take(frames: readonly Uint8Array[]): Request {
    const request = unpack(this.key, frames);
    const signature = Buffer.from(frames[request.route.length + 1]).toString("latin1");
    if (this.seen.has(signature)) throw new InputError("a message that came before");
    // a set gives its items in the order in which they came
    if (this.seen.size >= remembered) this.seen.delete(this.seen.values().next().value as string);
    this.seen.add(signature);
    return request;
  }
}

function headerOf(session: string, type: string): Header {
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
