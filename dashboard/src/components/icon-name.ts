/** Each state has a shape of its own, so that it can be told without its colour. */
export type IconName =
  | 'well'
  | 'warning'
  | 'critical'
  | 'unknown'
  | 'waiting'
  | 'lost'
  | 'withdrawn'
  | 'search'
  | 'brand';
