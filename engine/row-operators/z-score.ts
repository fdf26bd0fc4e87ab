import { FEWEST, type ZScoreParameters, zScoreDetector } from '../detectors/z-score.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Duration, durationMs, formatDuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { positiveSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';
import { zScoreSql } from './z-score-sql.ts';

/** Rows that are kept of a group at most, for detectors that go over its last rows. */
const MAX_ROWS = 1000;

export interface ZScoreOptions {
  /** How many of the group's rows before this one: 10 unless said. */
  readonly rows?: number;
  /** In place of `rows`: the windows of this time before this one, whether the group has a row in each or not. */
  readonly span?: Duration;
  /** Standard deviations from the mean that are an anomaly: 2 unless said. */
  readonly threshold?: number;
}

/**
 * Whether a row's number is far from the mean of the group's last rows, in their standard deviations.
 *
 * @example .derive((row) => ({ unusual: zScore(row.temperature, { span: '15 minutes', threshold: 3 }) }))
 */
export function zScore(of: Num, options: ZScoreOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['rows', 'span', 'threshold'], 'zScore(…)');
  const { rows, span, threshold = 2 } = options;
  if (rows !== undefined && span !== undefined) {
    throw new DefinitionError('zScore(…) has rows and span: give one of them.');
  }
  if (span === undefined) wholeNumberFrom(2, rows ?? 10, MAX_ROWS, 'zScore(…): rows is');
  positiveSetting(threshold, 'zScore(…): threshold', 100);
  const spanMs = span === undefined ? null : durationMs(span, 'zScore({ span })', 1);
  return detectionOf('zScore', of, { rows: rows ?? 10, spanMs, threshold } satisfies ZScoreSettings);
}

export type ZScoreSettings = { readonly rows: number; readonly spanMs: number | null; readonly threshold: number };

const ofRows = detectionKind(zScoreDetector);

export const zScoreKind: RowOperatorKind<ZScoreSettings> = {
  kind: ofRows.kind,
  version: ofRows.version,
  compile: (settings, operands, slideMs) => ofRows.compile(parametersOf(settings, slideMs), operands, slideMs),
  words: ({ rows, spanMs, threshold }, [operand]) =>
    `${operand} beyond ${threshold} σ of the last ${spanMs === null ? `${rows} rows` : formatDuration(spanMs)}`,
  unsaid: { score: "tail of Student's t distribution", reason: 'text with numbers rounded for people' },
  // A frame of rows counts those without a number, too, and the detector passes them by. One of time has no such places.
  hasSql: ({ parameters, operands: [operand] }) => parameters.spanMs !== null || operand?.type.nullable === false,
  sql(settings, rows) {
    const { rows: longest, threshold } = parametersOf(settings, rows.slideMs);
    const ofRows = `ROWS BETWEEN ${longest} PRECEDING AND 1 PRECEDING`;
    const ofSpan = `RANGE BETWEEN ${longest * rows.step} PRECEDING AND ${rows.step} PRECEDING`;
    const frame = settings.spanMs === null ? ofRows : ofSpan;
    return zScoreSql({ frame, fewest: Math.min(FEWEST, longest), longest, threshold }, rows);
  },
};

function parametersOf({ rows, spanMs, threshold }: ZScoreSettings, slideMs: number): ZScoreParameters {
  if (spanMs === null) return { rows, bySpan: false, threshold };
  const windows = Math.ceil(spanMs / slideMs);
  if (windows >= 2 && windows <= MAX_ROWS) return { rows: windows, bySpan: true, threshold };
  throw new DefinitionError(
    `zScore(…): a span of ${formatDuration(spanMs)} is ${windows.toLocaleString('en-US')} ${windows === 1 ? 'window' : 'windows'} of this view, and it must be from 2 to ${MAX_ROWS.toLocaleString('en-US')}. Choose another span, or windows of another size.`,
  );
}
