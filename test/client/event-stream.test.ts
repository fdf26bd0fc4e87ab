import fc from 'fast-check';
import { EventStreamParser, type StreamMessage } from '../../client/event-stream.ts';

const TEXT =
  ': hello\n\nid: b1-1\nevent: snapshot\ndata: {"a":\ndata: 1}\n\nid: b1-2\r\nevent: patch\r\ndata:{}\r\n\r\ndata: ünïcode 🎉\n\nevent: nothing\n\nid: b1-3\rdata: x\r\r';

function parse(pieces: readonly string[]): StreamMessage[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

test('messages have their fields; lines of data belong together, comments and empty messages to nobody', () => {
  expect(parse([TEXT, '\n'])).toEqual([
    { id: 'b1-1', event: 'snapshot', data: '{"a":\n1}' },
    { id: 'b1-2', event: 'patch', data: '{}' },
    { id: 'b1-2', event: 'message', data: 'ünïcode 🎉' },
    { id: 'b1-3', event: 'message', data: 'x' },
  ]);
});

test('it makes no difference where the text is cut', () => {
  const whole = parse([TEXT, '\n']);
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), TEXT.length];
      const pieces = at.slice(1).map((end, i) => TEXT.slice(at[i], end));
      expect(parse([...pieces, '\n'])).toEqual(whole);
    }),
    { seed: 11, numRuns: 300 },
  );
});
