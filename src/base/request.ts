import { InputError } from "./errors";
import { reason } from "./files";

/** A server that cannot be reached, is busy, or broke off: the same request may work another time. */
export class NetworkError extends InputError {
  /** @param after what else is to be said */
  static of(address: string, error: unknown, after = ""): NetworkError {
    if (error instanceof NetworkError) return new NetworkError(error.message + after, { cause: error });
    // fetch itself says no more than "fetch failed"
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return new NetworkError(`${address}: cannot be downloaded (${reason(cause)})${after}`, { cause: error });
  }
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Further statuses whose response is wanted. */
  readonly accepts?: readonly number[];
}

/**
 * A successful response.
 * @throws NetworkError when the server cannot be reached or is busy
 * @throws InputError when it refuses
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
