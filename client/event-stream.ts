/** One message of a server-sent event stream. */
export interface StreamMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Cuts the text of a server-sent event stream, as it comes in pieces, into messages. */
export class EventStreamParser {
  #rest = '';
  #id: string | null = null;
  #event = '';
  #data: string[] = [];

  push(text: string): StreamMessage[] {
    const messages: StreamMessage[] = [];
    const all = this.#rest + text;
    let from = 0;
    for (;;) {
      const end = all.slice(from).search(/\r\n|\n|\r/);
      // A carriage return at the very end may be the first half of a line break.
      if (end === -1 || (all[from + end] === '\r' && from + end === all.length - 1)) break;
      const line = all.slice(from, from + end);
      from += end + (all.startsWith('\r\n', from + end) ? 2 : 1);
      const message = this.#line(line);
      if (message !== null) messages.push(message);
    }
    this.#rest = all.slice(from);
    return messages;
  }

  #line(line: string): StreamMessage | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    return null;
  }

  #dispatch(): StreamMessage | null {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    if (data.length === 0) return null;
    return { id: this.#id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }
}
