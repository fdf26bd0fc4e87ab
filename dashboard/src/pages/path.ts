import { PAGES, type PageName } from './names.ts';

/** What is to be seen is all in the address, behind `#`, so that a link leads to the same picture from any server. */

export interface Route {
  readonly page: PageName;
  /** The view, incident or node that is looked at. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
}

export function parsePath(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [first = '', name] = path.split('/', 2).map(decode);
  const page = PAGES.find((known) => known === first) ?? 'overview';
  const query = Object.fromEntries(new URLSearchParams(search));
  return { page, ...(name !== undefined && name !== '' && { name }), ...(search !== '' && { query }) };
}

export function pathOf({ page, name, query = {} }: Route): string {
  const search = new URLSearchParams(query).toString();
  const rest = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `#/${page}${rest}${search === '' ? '' : `?${search}`}`;
}

/** A part that is no encoded text stands for itself: addresses are typed by hand too. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
