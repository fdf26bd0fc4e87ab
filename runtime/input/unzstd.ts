import { createZstdDecompress } from 'node:zlib';

/** The content of zstd frames, one after the other. Node's stream ends with the first one, without a word of what follows. */
export async function* unzstd(input: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let rest = await nextOf(input); rest !== null; ) {
    const frame = new ZstdFrame(input, rest);
    yield* frame.content();
    rest = frame.rest.length > 0 ? frame.rest : await nextOf(input);
  }
}

class ZstdFrame {
  readonly #input: AsyncIterator<Buffer>;
  readonly #unpack = createZstdDecompress();
  /** What was read and does not belong to the frame. */
  rest: Buffer;

  constructor(input: AsyncIterator<Buffer>, first: Buffer) {
    this.#input = input;
    this.rest = first;
  }

  async *content(): AsyncGenerator<Buffer> {
    const feeding = this.#feed();
    feeding.catch((error) => this.#unpack.destroy(error));
    try {
      yield* this.#unpack as AsyncIterable<Buffer>;
      await feeding;
    } finally {
      this.#unpack.destroy();
    }
  }

  async #feed(): Promise<void> {
    for (let chunk: Buffer | null = this.rest; chunk !== null; chunk = await nextOf(this.#input)) {
      const before = this.#unpack.bytesWritten;
      await this.#write(chunk);
      this.rest = chunk.subarray(this.#unpack.bytesWritten - before);
      // The frame has ended, and so has the stream.
      if (this.rest.length > 0) return;
    }
    this.#unpack.end();
  }

  #write(chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#unpack.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }
}

async function nextOf(input: AsyncIterator<Buffer>): Promise<Buffer | null> {
  for (;;) {
    const { value, done } = await input.next();
    if (done) return null;
    if (value.length > 0) return value;
  }
}
