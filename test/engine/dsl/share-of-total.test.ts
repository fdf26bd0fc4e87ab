import { global, session, stream, Timestamp, Type, tumbling } from 'streamgauge';
import { columnsOverWindows } from '../../../engine/query/columns-over-windows.ts';
import { definitionOf } from './definition-of.ts';
import { js, refusal, type Untyped } from './untyped.ts';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), n: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 minute',
});
const raw = js.view('v', events);
const counted = (window: unknown, emission = {}) =>
  raw
    .window(window, emission)
    .groupBy('id')
    .aggregate((e: Untyped) => ({ n: js.count(), m: js.max(e.n) }));
const minute = tumbling('1 minute');
const share = (options?: object) => (row: Untyped) => ({ share: js.shareOfTotal(row.n, options) });

test.each([
  [
    () => counted(session({ gap: '1 minute' })).derive(share()),
    "view 'v', derive(): 'share' is a share of all groups of a window, and each session is a window of one group. Use windows such as tumbling('5 minutes').",
  ],
  [
    () => counted(global({ emitEvery: '1 minute' })).derive(share()),
    'and a total is replaced when its own group changes, and not when others do.',
  ],
  [
    () => counted(minute, { buckets: 3 }).derive(share()),
    "view 'v', derive(): 'share' is a share of all groups of a window, and buckets is 3, which divides the groups: nobody knows all of them. Leave buckets out.",
  ],
  [
    () => counted(minute).derive(share({ within: ['country'] })),
    "view 'v', derive(): 'share' is a share within 'country', which is no group of the view. Its groups are id.",
  ],
  [() => counted(minute).derive(share({ within: 'id' })), 'within is "id", and must be a list'],
  [() => counted(minute).derive(share({ of: 1 })), "shareOfTotal(…) has no setting 'of'. Its settings are within."],
  [
    () => raw.derive((e: Untyped) => ({ s: js.shareOfTotal(e.n) })),
    "is a share of a window's rows, and there are none yet",
  ],
  [
    () => counted(minute).having((row: Untyped) => js.shareOfTotal(row.n).gt(0.5)),
    'goes over other rows. Make a column of that with .derive(…), and take it here.',
  ],
  [
    () => counted(minute).derive((row: Untyped) => ({ x: js.shareOfTotal(js.shareOfTotal(row.n)) })),
    'Give that a column in a .derive(…) of its own, and use the column.',
  ],
])('is refused where there is no whole to have a share of: case %#', (define, message) => {
  expect(refusal(define as () => unknown)).toContain(message);
});

test('of one window is none of several', () => {
  const view = definitionOf(counted(minute).derive(share()));
  expect(columnsOverWindows(view).get('share')).toEqual({
    how: 'refuse',
    because: 'it is a share of all groups of one window: ask for the rows themselves',
  });
});
