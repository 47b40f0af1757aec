import { InputError } from "./errors";
import { reason } from "./files";

/** A server cannot be reached, is busy, or closed the connection early. The same request may succeed later. */
export class NetworkError extends InputError {
  /** @param after appended to the message */
  static of(address: string, error: unknown, after = ""): NetworkError {
    if (error instanceof NetworkError) return new NetworkError(error.message + after, { cause: error });
    // The message of fetch's own error is only "fetch failed".
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return new NetworkError(`${address}: cannot be downloaded (${reason(cause)})${after}`, { cause: error });
  }
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** HTTP statuses to return, in addition to success. */
  readonly accepts?: readonly number[];
}

/**
 * Sends a GET request and returns the response.
 * @throws NetworkError when the server cannot be reached or is busy
 * @throws InputError for any other status of failure
 * @throws the signal's reason when it aborts
 */
export async function request(
  address: string,
  { headers, signal, accepts = [] }: RequestOptions = {},
): Promise<Response> {
  const response = await fetch(address, { headers, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw NetworkError.of(address, error);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  if (accepts.includes(response.status)) return response;
  const problem = `${address}: the server answers ${response.status} ${response.statusText}`.trimEnd();
  if (response.status === 429 || response.status >= 500) throw new NetworkError(problem);
  throw new InputError(problem);
}

export interface TextOptions extends RequestOptions {
  /** Maximum size in bytes, after decompression. */
  readonly most: number;
  /** Maximum time in milliseconds until the last byte. */
  readonly timeout: number;
}

/**
 * Requests a small document.
 * @returns the response, and its text; empty for an accepted failure
 * @throws NetworkError when the server cannot be reached, is busy, or is too slow
 * @throws InputError for any other status of failure, and for a document that is too large
 * @throws the signal's reason when it aborts
 */
export async function requestText(
  address: string,
  { most, timeout, signal, ...options }: TextOptions,
): Promise<{ readonly response: Response; readonly text: string }> {
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await request(address, {
      ...options,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return { response, text: response.ok ? await textOf(response, address, most) : "" };
  } catch (error) {
    if (error instanceof InputError) throw error;
    signal?.throwIfAborted();
    const problem = late.aborted ? `timeout: the answer is incomplete after ${timeout / 1000} s` : error;
    throw NetworkError.of(address, problem);
  }
}

async function textOf({ body }: Response, address: string, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most)
      throw new InputError(`${address}: is larger than ${most} bytes: this is not the expected document`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
