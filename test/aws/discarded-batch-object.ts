/** What Lambda writes to an S3 destination when it gives a batch up: records from sequence number 100 on. */
export function discardedBatchObject(kinesisName: string, events: readonly string[]): string {
  const arn = `arn:aws:kinesis:eu-west-1:123456789012:stream/${kinesisName}`;
  const Records = events.map((event, index) => ({
    awsRegion: 'eu-west-1',
    eventID: `shardId-000000000000:${100 + index}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: arn,
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/aggregate',
    kinesis: {
      approximateArrivalTimestamp: Date.parse('2026-03-01T11:00:00Z') / 1000,
      data: Buffer.from(event).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: `key ${index}`,
      sequenceNumber: String(100 + index),
    },
  }));
  return JSON.stringify({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    version: '1.0',
    timestamp: '2026-03-01T12:00:00.000Z',
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: '100',
      endSequenceNumber: String(99 + events.length),
      batchSize: events.length,
      streamArn: arn,
    },
    payload: JSON.stringify({ Records }),
  });
}
