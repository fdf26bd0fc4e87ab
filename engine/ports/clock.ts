/** Wall-clock time. Used for idle shards, deadlines and garbage collection; never to judge an event. */
export interface Clock {
  nowMs(): number;
}
