import { createHmac, randomUUID } from "node:crypto";

/** A message of the Jupyter wire protocol 5.3, as far as running notebooks needs it. */
export interface WireMessage {
  readonly type: string;
  readonly id: string;
  /** Id of the request that this message answers; undefined when it answers none. */
  readonly parent: string | undefined;
  readonly content: Record<string, unknown>;
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
  const id = randomUUID();
  const header = {
    msg_id: id,
    session,
    username: "pnr",
    date: new Date().toISOString(),
    msg_type: type,
    version: "5.3",
  };
  const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
  return { id, frames: [delimiter, sign(key, parts), ...parts] };
}

/** @throws Error when the frames are no message or carry another key's signature. */
export function unpack(key: string, frames: readonly Buffer[]): WireMessage {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  const parts = frames.slice(start + 2);
  if (start < 0 || parts.length < 4) throw new Error("a message without all its parts");
  if (frames[start + 1].toString() !== sign(key, parts)) throw new Error("a message with a wrong signature");
  const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()));
  return { type: header.msg_type, id: header.msg_id, parent: parent.msg_id, content };
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
