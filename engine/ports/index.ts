export type * from './clock.ts';
export type * from './dead-letter-sink.ts';
export * from './errors.ts';
export type * from './finalize-queue.ts';
export type * from './page-store.ts';
export * from './result-store.ts';
export * from './retry.ts';
export type * from './shard-topology.ts';
export * from './state-store.ts';
