import type { Problem } from '../api/schemas/common.ts';
import { ApiError, ConnectionError } from './errors.ts';

export interface ClientOptions {
  /** Where the API is, without `/api`: `http://127.0.0.1:8787`. */
  readonly url: string | URL;
  /** In place of the global one: to sign requests for IAM, for a proxy, for tests. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Of every request. A function is called for each, so that a token can be fresh. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
}

type Headers = Readonly<Record<string, string>>;

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly parameters?: readonly (readonly [name: string, value: string])[];
  readonly body?: object;
  readonly headers?: Headers;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests, and makes errors of problems. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = String(options.url).replace(/\/+$/, '');
  }

  /** @throws ApiError, ConnectionError */
  async json<T>(path: string, asked: Asked = {}): Promise<T> {
    const response = await this.send(path, asked);
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new ConnectionError(response.status, `The answer of ${this.#base}${path} is not JSON.`, { cause: error });
    }
  }

  /** @throws ApiError, ConnectionError */
  async send(path: string, { method = 'GET', parameters = [], body, headers, signal }: Asked): Promise<Response> {
    const { headers: given, fetch: send = (request: Request) => fetch(request) } = this.#options;
    const query = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
    const request = new Request(`${this.#base}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: {
        ...(typeof given === 'function' ? await given() : given),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    let response: Response;
    try {
      response = await send(request);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ConnectionError(null, `There is no answer from ${this.#base}: is the server running?`, {
        cause: error,
      });
    }
    if (response.ok) return response;
    throw await errorOf(response, `${this.#base}${path}`);
  }
}

async function errorOf(response: Response, place: string): Promise<Error> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json')) return new ApiError((await response.json()) as Problem);
  await response.body?.cancel();
  return new ConnectionError(
    status,
    `${place} answered ${status}, and not as the API does. Is the address right, and is there a proxy or a sign-in before it?`,
  );
}
