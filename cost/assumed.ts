/** What nobody measured here, and what holds until somebody does. `streamgauge cost` prints it. */
export const ASSUMED = {
  /** Lambda asks a shard for records once a second; fan-out pushes as they come. */
  pollSeconds: 1,
  pushSeconds: 0.25,
  /** Of one call, waiting for DynamoDB and SQS. */
  callMs: 40,
  /** Of one call that writes an object to S3 before. */
  putMs: 30,
  finalizeCallMs: 200,
  lookCallMs: 100,
  sweepCallMs: 200,
  bronzeCallMs: 10,
  /** Written side by side. */
  rowWriteMs: 0.5,
  /** Kinesis scales a stream on demand for twice what comes, from 4 shards. */
  leastShards: 4,
  headroom: 2,
  /** In bytes, of a record in Lambda's event beside its data. */
  recordOverhead: 350,
  rowBytes: 400,
  /** With Lambda's own lines and the metrics, which are lines too. The sweep writes as much for each stream. */
  logBytesPerCall: { aggregate: 2000, finalize: 2000, looks: 1000, sweep: 2000, bronze: 1000, ingest: 1000, api: 500 },
  accessLogBytes: 500,
  /** CloudWatch keeps logs compressed. */
  logsKeptRatio: 0.15,
  deadShare: 1e-5,
  lateShare: 1e-5,
  eventsPerRequest: 100,
  /** A page that is open all the time: the overview every 5 seconds, and charts when something has changed. */
  questionsPerSecond: 1,
  questionMs: 100,
  questionReadUnits: 40,
  answerBytes: 5000,
  /** Who signs in to the page in a month. */
  pagePeople: 10,
  eventsPerSession: 10,
  /** Matches of a pattern by its events, as in what was measured: one in 100 passes a step, and three steps are a match. */
  matchShare: 1 / 300,
  /** Firehose calls the function with what it has of a shard, so often at least. */
  bronzeCallSeconds: 60,
  bronzeCallBytes: 200_000,
  /** Who uses a key of KMS asks for it anew after so long. */
  keySeconds: 300,
  /** X-Ray's default rule: the first call of each second, and this share of the others. */
  tracedShare: 0.05,
} as const;
