import { lowerFunction } from './change-case.ts';
import { always, type FunctionDescriptor, TEXT } from './descriptor.ts';

const smallLetters = lowerFunction.js([]) as (text: string) => string;

/** Scheme, authority, user, and the host: a name, or an IPv6 address in brackets. */
const HOST = '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?(\\[[^\\]/?#]*\\]|[^/?#:]*)';
const hostRegExp = new RegExp(HOST);

/** The host of a URL in small letters, without user and port. Null where it names none. */
export const urlHostFunction: FunctionDescriptor = {
  name: 'urlHost',
  takes: ['string'],
  type: TEXT,
  canBeNull: always,
  js: () => (url: string) => {
    const host = hostRegExp.exec(url)?.[1];
    return host === undefined || host === '' ? null : smallLetters(host);
  },
  sql: (_, { operands: [url], text }) => `NULLIF(lower(regexp_extract(${url}, ${text(HOST)}, 1)), '')`,
};

/** The value of a URL's first query parameter of a name, as it stands there, not decoded. Null where there is none. */
export const urlParameterFunction: FunctionDescriptor = {
  name: 'urlParameter',
  takes: ['string'],
  settings: { least: 1, most: 1 },
  checkSettings: ([name]) =>
    typeof name === 'string' && /^[^&=#?]+$/.test(name) ? null : "takes the name of a parameter, such as 'utm_source'",
  type: TEXT,
  canBeNull: always,
  js([name]) {
    const sought = `${name}=`;
    return (url: string) => parameterOf(url, sought);
  },
  sql([name], { operands: [url], text, dialect }) {
    const pattern = text(`^[^?#]*\\?(?:[^#]*?&)?${escaped(name as string)}=([^&#]*)`);
    const found = dialect === 'DuckDB' ? 'regexp_matches' : 'regexp_like';
    return `CASE WHEN ${found}(${url}, ${pattern}) THEN regexp_extract(${url}, ${pattern}, 1) END`;
  },
};

function parameterOf(url: string, sought: string): string | null {
  const query = url.indexOf('?');
  const hash = url.indexOf('#');
  if (query < 0 || (hash >= 0 && hash < query)) return null;
  const end = hash < 0 ? url.length : hash;
  for (let at = query + 1; at < end; ) {
    const next = url.indexOf('&', at);
    const stop = next < 0 || next > end ? end : next;
    if (url.startsWith(sought, at) && at + sought.length <= stop) return url.slice(at + sought.length, stop);
    at = stop + 1;
  }
  return null;
}

/** Each character that is no letter or digit as its code. */
export function escaped(text: string): string {
  return Array.from(text, (point) =>
    /[A-Za-z0-9_]/.test(point) ? point : `\\x{${(point.codePointAt(0) as number).toString(16)}}`,
  ).join('');
}
