import type { DecodedEvent, EventReader } from './decoder.ts';

/** Of a record, or a part of one, that cannot be read: one dead letter. */
export class SingleReader implements EventReader<DecodedEvent> {
  #event: DecodedEvent | null;

  constructor(event: DecodedEvent | null) {
    this.#event = event;
  }

  next(): DecodedEvent | null {
    const event = this.#event;
    this.#event = null;
    return event;
  }

  fork(): SingleReader {
    return new SingleReader(this.#event);
  }
}
