/** What a service imports to send events. */
export { EventsNotSentError, ProducerError, type ProducerErrorCode } from './errors.ts';
export { eventsOf } from './events-of.ts';
export type { ProducerMetrics } from './metrics.ts';
export type { FailedEvents, ProducerOptions, RetryLimits } from './options.ts';
export type { Compression } from './packer.ts';
export { Producer } from './producer.ts';
export type { PutRecords } from './put-records.ts';
export type { TimeField } from './stamp.ts';
export { REAL_TIMERS, type Timers } from './timers.ts';
