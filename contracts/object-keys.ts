/** Where Lambda itself writes the batches that an event source mapping gives up on. It takes no other prefix. */
export const DISCARDED_PREFIX = 'aws/lambda/';
