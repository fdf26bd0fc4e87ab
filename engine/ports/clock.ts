/** Wall-clock time, for idle shards, deadlines and garbage collection. It never judges an event. */
export interface Clock {
  nowMs(): number;
}
