/** How an instant is written on the wire. */
export const TIMESTAMP_FORMATS = ['iso8601', 'epoch-s', 'epoch-ms', 'epoch-us', 'any'] as const;
export type TimestampFormat = (typeof TIMESTAMP_FORMATS)[number];
