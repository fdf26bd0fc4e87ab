/** Where Lambda itself writes the batches that an event source mapping gives up on. It takes no other prefix. */
export const DISCARDED_PREFIX = 'aws/lambda/';

/** Where large pages of state lie, in a bucket of their own. */
export const PAGES_PREFIX = 'pages/';

/** Notes of what was redriven lie under this prefix, before the key of the record itself. */
export const REDRIVEN_PREFIX = 'redriven/';
