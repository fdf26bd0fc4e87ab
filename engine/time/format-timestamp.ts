import type { TimestampFormat } from '../ir/timestamp-format.ts';
import { formatInstant } from './instant.ts';
import { MONTH_NAMES } from './parse-time.ts';

/** A time as producers of a format write it: text, or a number since 1970. */
export function formatTimestamp(ms: number, format: TimestampFormat): string | number {
  switch (format) {
    case 'epoch-s':
      return ms / 1000;
    case 'epoch-us':
      return ms * 1000;
    case 'epoch-ns':
      return ms * 1e6;
    case 'epoch-ms':
    case 'any':
      return ms;
    case 'iso8601':
    case 'auto':
      return formatInstant(ms);
    case 'rfc2822':
      return new Date(ms).toUTCString();
    case 'common-log':
      return commonLog(formatInstant(ms));
  }
}

function commonLog(iso: string): string {
  const [year, month, day] = [iso.slice(0, 4), MONTH_NAMES[Number(iso.slice(5, 7)) - 1], iso.slice(8, 10)];
  return `${day}/${month}/${year}:${iso.slice(11, 19)} +0000`;
}
