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
