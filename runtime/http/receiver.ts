import type { IncomingHttpHeaders } from 'node:http';

/** What a request says before its body. */
export interface RequestHead {
  readonly method: string;
  /** Without what follows a question mark. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A part of the server that takes data in. All else that it does is reading. */
export interface Receiver {
  /** For the list of what there is. */
  readonly endpoint: { readonly path: string; readonly description: string };
  /** Whether a request is this receiver's. */
  takes(head: RequestHead): boolean;
  /** The most bytes of a body, as sent. */
  readonly maxBodyBytes: number;
  /** Answers a request. The body is null where it has more than `maxBodyBytes`. Never throws. */
  answer(head: RequestHead, body: Buffer | null): Promise<RawReply>;
}
