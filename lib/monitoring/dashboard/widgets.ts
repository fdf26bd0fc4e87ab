import { GraphWidget, type GraphWidgetProps, type IMetric, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** One part of the dashboard: a heading that says how to read it, and rows of widgets. */
export interface Section {
  readonly heading: string;
  readonly rows: readonly (readonly IWidget[])[];
}

export const PAGE_WIDTH = 24;
const HEADING_HEIGHT = 2;
const GRAPH_HEIGHT = 6;

/** Colours with one meaning everywhere: healthy, slow, wrong. */
export const COLORS = { well: '#2ca02c', slow: '#ff7f0e', wrong: '#d62728' } as const;

export function heading(markdown: string, height = HEADING_HEIGHT): TextWidget {
  return new TextWidget({ markdown, width: PAGE_WIDTH, height });
}

export type GraphOptions = Pick<GraphWidgetProps, 'left' | 'right' | 'stacked' | 'period'> & {
  readonly width?: number;
  /** The unit of the left axis. */
  readonly unit: string;
  /** The unit of the right axis. */
  readonly rightUnit?: string;
  /** The threshold of an alarm, as a line; null draws none. */
  readonly alarmAt?: number | null;
};

export function graph(title: string, options: GraphOptions): GraphWidget {
  const { unit, rightUnit, alarmAt = null, width = 8, ...metrics } = options;
  return new GraphWidget({
    title,
    width,
    height: GRAPH_HEIGHT,
    leftYAxis: { label: unit, min: 0, showUnits: false },
    ...(rightUnit === undefined ? {} : { rightYAxis: { label: rightUnit, min: 0, showUnits: false } }),
    ...(alarmAt === null ? {} : { leftAnnotations: [{ value: alarmAt, label: 'alarm', color: COLORS.wrong }] }),
    ...metrics,
  });
}

/** Names curves if there are several: the curve of an only stream needs no name. */
export function labelled(names: readonly string[], name: string, what: string): string {
  return names.length === 1 ? what : `${name}: ${what}`;
}

/** For each of the pipeline's streams. */
export function perStream(
  streams: ReadonlyMap<string, unknown>,
  make: (name: string, id: string) => IMetric[],
): IMetric[] {
  return [...streams.keys()].flatMap((name, index) => make(name, String(index)));
}
