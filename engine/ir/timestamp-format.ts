/** How an instant is written on the wire. */
export const TIMESTAMP_FORMATS = [
  'iso8601',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'epoch-ns',
  'rfc2822',
  'common-log',
  'any',
  'auto',
] as const;
export type TimestampFormat = (typeof TIMESTAMP_FORMATS)[number];

export type EpochFormat = Extract<TimestampFormat, `epoch-${string}`>;

export function isEpochFormat(format: TimestampFormat): format is EpochFormat {
  return format.startsWith('epoch-');
}

/** Whether a timestamp can be a number on the wire. It can be text in any format. */
export function takesNumbers(format: TimestampFormat): boolean {
  return isEpochFormat(format) || format === 'any' || format === 'auto';
}

/**
 * The unit of a number of time since 1970 that does not say it, by its magnitude: that of each is at least 1e11 from 1973-03-03 to
 * 5138-11-16, and below 1e14 of milliseconds, and so on. Seconds are told from 1970 on; finer units before 1973 are taken for coarser.
 */
export const MAGNITUDES: readonly (readonly [below: number, format: EpochFormat])[] = [
  [1e11, 'epoch-s'],
  [1e14, 'epoch-ms'],
  [1e17, 'epoch-us'],
  [Number.POSITIVE_INFINITY, 'epoch-ns'],
];
