/** Pages in the order of the navigation; the keys 1 to 5 lead to them. */
export const PAGES = ['overview', 'views', 'alerts', 'events', 'pipeline'] as const;
export type PageName = (typeof PAGES)[number];

export const PAGE_WORDS: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  views: 'Views',
  alerts: 'Alerts',
  events: 'Events',
  pipeline: 'Pipeline',
};
