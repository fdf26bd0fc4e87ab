/** Where in a record's JSON value its events are. */
export interface EnvelopeDefinition {
  /** Names on the way to the events. Lists on it are gone through, and texts are read as JSON. */
  readonly path: readonly string[];
  /** Fields that each event gets from what is around it. */
  readonly with: readonly EnvelopeField[];
  /** A record holds events only where each of these is one of its values. */
  readonly only: readonly EnvelopeCondition[];
}

export interface EnvelopeField {
  /** What the event's field is called. */
  readonly name: string;
  /** From the record's value. As far as it goes the way of the events it means what the event is in. */
  readonly path: readonly string[];
}

export interface EnvelopeCondition {
  readonly path: readonly string[];
  readonly values: readonly (string | number | boolean)[];
}
