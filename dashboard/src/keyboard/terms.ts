/** Words of the page that a newcomer asks about, each in a sentence; `docs/concepts.md` says more. */
export const TERMS: readonly (readonly [term: string, words: string])[] = [
  ['window', 'A stretch of event time whose events are counted together.'],
  ['watermark', 'Up to here all events are taken to have come. A window closes when it passes the end.'],
  ['open', 'The window still takes events: its number is what there is so far.'],
  ['final', 'The window has closed, and its number stands.'],
  ['r2, revised', 'Late events that were still allowed have changed a final number.'],
  ['late', 'Events that came after their window took no revisions. They are kept, and not counted.'],
  ['dead', 'Events that do not fit the schema. They are kept, with the reason.'],
];
