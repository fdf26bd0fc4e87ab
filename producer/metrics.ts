/** Counts since the beginning, and how things stand. Always: accepted = sent + failed + inFlight + buffered, in events. */
export interface ProducerMetrics {
  /** Events that `put` took in. */
  readonly accepted: number;
  /** Events that Kinesis has confirmed. */
  readonly sent: number;
  /** Events that were given up and handed over. */
  readonly failed: number;
  /** Events in records that are on their way, or that wait to be sent again. */
  readonly inFlight: number;
  /** Events that wait for their record. */
  readonly buffered: number;
  /** Puts that wait for room. */
  readonly waiting: number;
  /** Bytes of events in the buffer and on their way. */
  readonly bufferedBytes: number;
  /** Records that Kinesis has confirmed, and their bytes: of data, as compressed, and of the events in them. */
  readonly records: number;
  readonly recordBytes: number;
  readonly eventBytes: number;
  /** Units of 25 KB that those records are billed as. */
  readonly putUnits: number;
  readonly requests: number;
  /** Records that were sent again, each time counted. */
  readonly retriedRecords: number;
  /** Events in those. */
  readonly retriedEvents: number;
}

/** The counts among the metrics, as the producer adds them up. */
export class Counts {
  accepted = 0;
  sent = 0;
  failed = 0;
  inFlight = 0;
  records = 0;
  recordBytes = 0;
  eventBytes = 0;
  putUnits = 0;
  requests = 0;
  retriedRecords = 0;
  retriedEvents = 0;
}
