import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { templateOf } from '../support.ts';

/** As many as one deployment can have. */
const STREAMS = 20;

const views = Array.from({ length: STREAMS }, (_, index) => {
  const source = stream(`s_${index}`, {
    schema: Type.Object({ key: Type.String(), time: Timestamp('iso8601') }),
    eventTime: 'time',
    partitionKey: 'key',
    maxLateness: '0 ms',
  });
  return view(`v_${index}`, source)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ events: count() }));
});

test('the alarms of many streams are over several composite ones, whose rules have a limit', () => {
  const template = templateOf({}, pipeline('wide', views));
  const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length;
  const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
  const children = composites.map(({ Properties }) => JSON.stringify(Properties.AlarmRule).match(/ALARM\(/g)?.length);
  expect(alarms).toBe(11 * STREAMS + 12);
  expect(Math.max(...children.map((number) => number ?? 0))).toBeLessThanOrEqual(50);
  expect(children.reduce((sum = 0, number = 0) => sum + number, 0)).toBe(alarms + composites.length - 1);
});
