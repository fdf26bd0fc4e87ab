import fc from 'fast-check';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { groupParameters, parseGroup, parseParameters, parseRange } from '../../../api/parameters.ts';
import { WindowsQuery } from '../../../api/schemas/rows.ts';
import { linksOf } from '../../../engine/alerts/links.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import type { AlertMessage, JsonScalar } from '../../../engine/ports/alert-sink.ts';

const events = stream('events', {
  schema: Type.Object({ from: Type.String(), is_null: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'from',
  maxLateness: '0 ms',
});
/** By fields that have the names of parameters. */
const grouped = view('grouped', events)
  .window(tumbling('1 minute'))
  .groupBy('from', 'is_null', 'n')
  .aggregate(() => ({ events: count() }));
const { views } = pipelineDefinition(pipeline('p', [grouped]), 'the test');
const [VIEW] = views as [ViewDefinition];

const messageOf = (group: Readonly<Record<string, JsonScalar>> | null): AlertMessage => ({
  id: 'grouped@1/a/0/1',
  sequence: 1,
  kind: 'opened',
  view: 'grouped',
  alert: 'a',
  severity: 'warning',
  group,
  window_start: '2026-01-01T10:00:00.000Z',
  window_end: '2026-01-01T10:01:00.000Z',
  from: '2026-01-01T10:00:00.000Z',
  to: null,
  reason: 'events > 1',
  merged_into: null,
  grouped: null,
});
const at = (servedAt: string) => ({ servedAt });
const windowOf = (group: Readonly<Record<string, JsonScalar>> | null) =>
  linksOf(at('https://example.com'), messageOf(group))?.window ?? '';

test('links lead to the view, and to the group in its window', () => {
  expect(linksOf(at('https://example.com/shop/'), messageOf({ from: 'a b&c', is_null: null, n: 3 } as never))).toEqual({
    view: 'https://example.com/shop/#/views/grouped',
    window:
      'https://example.com/shop/api/views/grouped/windows?from=2026-01-01T10%3A00%3A00.000Z&to=2026-01-01T10%3A01%3A00.000Z&group.from=a+b%26c&is_null=is_null&group.n=3',
  });
});

test('of a grouped message, to all groups of the window', () => {
  expect(windowOf(null)).toMatch(/windows\?from=[^&]*&to=[^&]*$/);
});

test('where nobody serves rows, to the dashboard, and to nothing without one', () => {
  const dashboardUrl = 'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards:name=p';
  expect(linksOf({ servedAt: null, dashboardUrl }, messageOf(null))).toEqual({
    view: dashboardUrl,
    window: dashboardUrl,
  });
  expect(linksOf({ servedAt: null }, messageOf(null))).toBeNull();
  expect(linksOf({ servedAt: 'https://example.com', dashboardUrl }, messageOf(null))?.view).toContain('example.com');
});

test('a group that makes a link too long leaves it to its window', () => {
  expect(windowOf({ from: 'x'.repeat(1800), is_null: '', n: 1 })).toContain('group.from=xxx');
  expect(windowOf({ from: 'é'.repeat(1000), is_null: '', n: 1 })).toMatch(/windows\?from=[^&]*&to=[^&]*$/);
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '&from=2020-01-01&to=2030-01-01',
    '#fragment',
    '../../admin?x=',
    'a\r\nLocation: http://evil.example',
    '"><script>alert(1)</script>',
    '\u202e\u0000\u001b[31m',
    '<https://evil.example|click>',
    'javascript:alert(1)',
    '%2e%2e%2f',
    '+ +',
  ),
);

test('whatever is in a group, a link is plain ASCII, stays where it leads, and the server reads the group back', () => {
  const property = fc.property(hostile, fc.option(hostile), fc.integer(), (from, isNull, n) => {
    const link = windowOf({ from, is_null: isNull, n });
    expect(link).toMatch(/^https:\/\/example\.com\/api\/views\/grouped\/windows\?[\w.%=&*+-]+$/);
    const given = new URL(link).searchParams;
    const taken = Object.keys(WindowsQuery.properties);
    const range = parseRange(parseParameters(WindowsQuery, given, groupParameters(VIEW, taken)));
    expect([...parseGroup(VIEW, given, taken).values()]).toEqual([from, isNull, n]);
    expect(range.fromMs).toBe(Date.UTC(2026, 0, 1, 10));
  });
  fc.assert(property, { seed: 20_261_128, numRuns: 300 });
});

test('half a pair of a surrogate is shown as what cannot be shown', () => {
  expect(windowOf({ from: '\ud800', is_null: '', n: 1 })).toContain('group.from=%EF%BF%BD&');
});
