import * as EventStreams from '@smithy/core/event-streams';
import * as Absent from '../../adapters/aws/no-event-streams.ts';

test('clients find every name that they import, and what it does is an error', () => {
  const config = { region: 'eu-west-1' };
  expect(Absent.resolveEventStreamSerdeConfig(config)).toBe(config);
  expect(() => Absent.eventStreamSerdeProvider()).toThrow(Absent.EventStreamError);
  expect(() => new Absent.EventStreamSerde()).toThrow('bundled without event streams');
  const taken = ['resolveEventStreamSerdeConfig', 'eventStreamSerdeProvider', 'EventStreamSerde'];
  expect(Object.keys(EventStreams)).toEqual(expect.arrayContaining(taken));
});
