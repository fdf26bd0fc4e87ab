/** What the command line, the producer and the functions read from the environment. A test finds what is missing. */
export const READ_ENVIRONMENT: Readonly<Record<string, string>> = {
  '`AWS_ENDPOINT_URL`': 'All calls to AWS go to this address, such as that of a local cloud.',
  '`AWS_ENDPOINT_URL_S3`': 'Calls to S3 go to this address.',
  '`AWS_ENDPOINT_URL_SQS`': 'Calls to SQS go to this address.',
  '`AWS_REGION`, `AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, …':
    'Region and credentials, as the AWS SDK takes them: `send`, `dead-letters --aws` and everything of the CDK.',
  '`AWS_LAMBDA_FUNCTION_VERSION`': 'Lambda sets it. Of two versions that work on one shard, the higher one goes on.',
  '`LAMBDA_TASK_ROOT`': 'Lambda sets it. The function that deploys the live page finds the files below it.',
  '`FORCE_COLOR`': 'Colours in a pipe too; `0` turns them off.',
  '`STREAMGAUGE_DEBUG`': 'Set to anything: shows beside an error where it came from, as `--debug` does.',
  '`NO_COLOR`': 'Set to anything: no colours.',
  '`TERM`': '`dumb`: plain lines in place of a live table.',
  '`USER`, `USERNAME`': 'Who is noted to have redriven a dead letter, unless `--by` names somebody.',
  'the name in `secret` of a `webhook(…)`':
    'The key that signs the messages of that webhook. [Alerts](../alerts.md) says where it is on AWS.',
};
