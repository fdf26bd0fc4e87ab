import type { cbor } from '@smithy/core/cbor';
import { KinesisApiError } from './errors.ts';

/** The fields of a request, as the client sent them. */
export type Input = Readonly<Record<string, unknown>>;
/** The fields of an answer; those that are undefined are left out. */
export type Output = Readonly<Record<string, unknown>>;

/** How requests and answers look on the wire: AWS's SDKs for Java write CBOR, all others JSON. */
export interface Wire {
  readonly contentType: string;
  /** @throws KinesisApiError `SerializationException` */
  read(body: Uint8Array): Input;
  write(output: Output): Uint8Array;
  /** The bytes that a field holds. @throws KinesisApiError `SerializationException` */
  bytes(value: unknown, field: string): Uint8Array;
  /** An instant as the form has it. */
  instant(ms: number): number;
}

/** @throws KinesisApiError `UnsupportedMediaTypeException` */
export async function wireOf(contentType: string | undefined): Promise<Wire> {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === JSON_WIRE.contentType || type === 'application/json') return JSON_WIRE;
  // Loaded for those who need it: no example does.
  if (type === CBOR_TYPE) return cborWire((await import('@smithy/core/cbor')).cbor);
  throw new KinesisApiError(
    'UnsupportedMediaTypeException',
    `The content-type is '${contentType ?? ''}': Kinesis' API takes ${JSON_WIRE.contentType} and ${CBOR_TYPE}.`,
  );
}

export const JSON_WIRE: Wire = {
  contentType: 'application/x-amz-json-1.1',
  read: (body) => inputOf(() => JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))),
  write: (output) => Buffer.from(JSON.stringify(output)),
  bytes(value, field) {
    const text = typeof value === 'string' ? value : '';
    const bytes = Buffer.from(text, 'base64');
    // Node skips what is no base64, and the length then differs.
    if (typeof value === 'string' && bytes.length === base64Bytes(text)) return bytes;
    throw new KinesisApiError('SerializationException', `${field} is no base64: a client of Kinesis encodes it.`);
  },
  // Seconds, with a fraction.
  instant: (ms) => ms / 1000,
};

function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

const CBOR_TYPE = 'application/x-amz-cbor-1.1';

function cborWire(codec: typeof cbor): Wire {
  return {
    contentType: CBOR_TYPE,
    read: (body) => inputOf(() => codec.deserialize(body)),
    // As text and back, undefined fields are gone.
    write: (output) => codec.serialize(JSON.parse(JSON.stringify(output))),
    bytes(value, field) {
      if (value instanceof Uint8Array) return value;
      throw new KinesisApiError('SerializationException', `${field} is no byte string: a client of Kinesis sends one.`);
    },
    instant: (ms) => ms,
  };
}

function inputOf(read: () => unknown): Input {
  let input: unknown;
  try {
    input = read();
  } catch (cause) {
    const message = `The body cannot be read (${(cause as Error).message}): send what the content-type says.`;
    throw new KinesisApiError('SerializationException', message, { cause });
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  throw new KinesisApiError('SerializationException', 'The body holds no object with the fields of the request.');
}
