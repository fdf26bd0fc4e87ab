import type { AlertMessage, SentAlert } from '../ports/alert-sink.ts';

/** Where receivers of alerts can look. */
export interface AlertPlaces {
  /** Where rows are served, such as `http://127.0.0.1:8787`; null for nowhere. */
  readonly servedAt: string | null;
  /** The address of a dashboard, which links lead to where nobody serves rows. */
  readonly dashboardUrl?: string | null;
}

/** Of more, mail and chat break a link. The window's link then leads to all of its groups. */
const MAX_LENGTH = 2000;

/**
 * Links to a message's view, on the page, and to the rows of its window. A group's values are escaped, so none of them can change where a link leads, or end it.
 */
export function linksOf({ servedAt, dashboardUrl = null }: AlertPlaces, message: AlertMessage): SentAlert['links'] {
  if (servedAt === null) return dashboardUrl === null ? null : { view: dashboardUrl, window: dashboardUrl };
  const base = servedAt.replace(/\/+$/, '');
  const view = encodeURIComponent(message.view);
  const all = `${base}/api/views/${view}/windows?${new URLSearchParams({ from: message.window_start, to: message.window_end })}`;
  const ofGroup = [all, ...groupParameters(message)].join('&');
  return { view: `${base}/#/views/${view}`, window: ofGroup.length <= MAX_LENGTH ? ofGroup : all };
}

/** With a prefix, for a field may have the name of a parameter. */
function groupParameters({ group }: AlertMessage): string[] {
  return Object.entries(group ?? {}).map(([field, value]) =>
    String(
      value === null
        ? new URLSearchParams({ is_null: field })
        : new URLSearchParams({ [`group.${field}`]: String(value) }),
    ),
  );
}
