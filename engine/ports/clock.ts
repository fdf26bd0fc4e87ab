/** Milliseconds of a clock, for idle shards, deadlines and the expiry of rows: that on the wall, or one that nobody sets. */
export interface Clock {
  nowMs(): number;
}
