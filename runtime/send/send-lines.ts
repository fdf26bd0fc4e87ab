import { type Producer, ProducerError } from '../../producer/index.ts';
import { type InputLine, isCut, MAX_LINE_BYTES } from '../input/input-line.ts';

export interface SendLinesOptions {
  readonly lines: AsyncIterable<InputLine>;
  readonly producer: Pick<Producer, 'putLine'>;
  readonly keyOf: (line: Buffer) => string;
  /** Resolves when the next line may go. */
  readonly pace: () => Promise<void>;
  readonly onLine: (line: Buffer) => void;
}

export interface LinesSent {
  readonly lines: number;
  /** Lines that no record could hold, and why the first of them. */
  readonly refused: number;
  readonly firstRefusal: string | null;
}

/** Puts every line as it is: what is no event of the stream becomes a dead letter there, as from any other producer. */
export async function sendLines({ lines, producer, keyOf, pace, onLine }: SendLinesOptions): Promise<LinesSent> {
  let count = 0;
  let refused = 0;
  let firstRefusal: string | null = null;
  const put = async (line: InputLine): Promise<string | null> => {
    if (isCut(line)) return `It has ${line.length} bytes, and at most ${MAX_LINE_BYTES} are read.`;
    try {
      await producer.putLine(line.bytes, keyOf(line.bytes));
      onLine(line.bytes);
      return null;
    } catch (error) {
      if (!(error instanceof ProducerError) || error.code !== 'badEvent') throw error;
      return error.message;
    }
  };
  for await (const line of lines) {
    await pace();
    count++;
    const refusal = await put(line);
    if (refusal === null) continue;
    refused++;
    firstRefusal ??= `Line ${count} (blank ones not counted) was not sent. ${refusal}`;
  }
  return { lines: count, refused, firstRefusal };
}
