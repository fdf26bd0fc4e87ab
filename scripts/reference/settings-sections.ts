/** An interface whose properties are settings. */
interface SettingsInterface {
  readonly heading: string;
  readonly file: string;
  readonly name: string;
}

interface Section {
  readonly title: string;
  readonly about: string;
  readonly interfaces: readonly SettingsInterface[];
}

const at = (heading: string, file: string, name: string): SettingsInterface => ({ heading, file, name });
const rowOperator = (call: string, file: string, name: string) => at(call, `engine/row-operators/${file}.ts`, name);

/** What the reference of settings lists, in its order. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'Streams and views',
    about: 'In the pipeline file. [The pipeline definition](../pipeline.md) explains them by examples.',
    interfaces: [
      at('stream(name, options)', 'engine/dsl/stream.ts', 'StreamOptions'),
      at('events of a stream', 'engine/dsl/envelope.ts', 'EventsOptions'),
      at('format of a stream: csv', 'engine/formats/csv.ts', 'CsvFormat'),
      at('format of a stream: tsv', 'engine/formats/csv.ts', 'TsvFormat'),
      at('format of a stream: vpc-flow-log', 'engine/formats/vpc-flow-log.ts', 'VpcFlowLogFormat'),
      at('Decimal(options)', 'engine/dsl/shape.ts', 'DecimalOptions'),
      at('view(name, source, options)', 'engine/dsl/view-builder.ts', 'ViewOptions'),
      at('.explode(list, options)', 'engine/dsl/explode.ts', 'ExplodeOptions'),
      at('.window(window, emission)', 'engine/dsl/emission.ts', 'Emission'),
      at('tumbling(size, options)', 'engine/windows/tumbling.ts', 'TumblingOptions'),
      at('sliding(options)', 'engine/windows/sliding.ts', 'SlidingOptions'),
      at('calendar(unit, options)', 'engine/windows/calendar.ts', 'CalendarOptions'),
      at('session(options)', 'engine/windows/session.ts', 'SessionOptions'),
      at('global(options)', 'engine/windows/global.ts', 'GlobalOptions'),
      at('intervalJoin(name, left, right, options)', 'engine/joins/interval-join.ts', 'IntervalJoinOptions'),
      at('asOfJoin(name, left, right, options)', 'engine/joins/as-of-join.ts', 'AsOfJoinOptions'),
      at('windowJoin(name, left, right, options)', 'engine/joins/window-join.ts', 'WindowJoinOptions'),
      at('pattern(name, source, options)', 'engine/patterns/pattern.ts', 'PatternOptions'),
      at('.times(count, options) and the like', 'engine/dsl/pattern-types.ts', 'TimesOptions'),
      at('.within(limit, options)', 'engine/dsl/pattern-types.ts', 'WithinOptions'),
      at('lookup(name, rows, options)', 'engine/dsl/lookup.ts', 'LookupOptions'),
      at('lookup(name, csv, options)', 'engine/dsl/lookup.ts', 'CsvLookupOptions'),
      at('any join', 'engine/dsl/joined-source.ts', 'JoinSettings'),
      at('any join or pattern', 'engine/dsl/log-view.ts', 'LogSettings'),
    ],
  },
  {
    title: 'Aggregates',
    about: 'Aggregates without options are not listed. [The API](api.md) has all of them.',
    interfaces: [
      at(
        'countDistinct(of, options) and topK(of, k, options)',
        'engine/aggregates/distinct-limit.ts',
        'DistinctOptions',
      ),
      at('collect(of, options)', 'engine/aggregates/collect.ts', 'CollectOptions'),
      at('topN(of, options)', 'engine/aggregates/top-n.ts', 'TopNOptions'),
      at('histogram(of, options)', 'engine/aggregates/histogram.ts', 'HistogramOptions'),
      at('quantile(of, options)', 'engine/aggregates/quantile.ts', 'QuantileOptions'),
      at('variance(of, options) and stddev(of, options)', 'engine/aggregates/variance.ts', 'VarianceOptions'),
    ],
  },
  {
    title: 'Columns that look back',
    about: '[Detection](../detection.md) says which of them to use when.',
    interfaces: [
      at('changeOver(of, options)', 'engine/dsl/types.ts', 'ChangeOptions'),
      at('shareOfTotal(of, options)', 'engine/dsl/share-of-total.ts', 'ShareOptions'),
      rowOperator('anomaly(of, options)', 'anomaly', 'AnomalyOptions'),
      rowOperator('zScore(of, options)', 'z-score', 'ZScoreOptions'),
      rowOperator('ewma(of, options)', 'ewma', 'EwmaOptions'),
      rowOperator('robust(of, options)', 'robust', 'RobustOptions'),
      rowOperator('seasonal(of, options)', 'seasonal', 'SeasonalOptions'),
      rowOperator('changePoint(of, options)', 'change-point', 'ChangePointOptions'),
      rowOperator('threshold(of, levels, options)', 'threshold', 'ThresholdOptions'),
      rowOperator('trend(of, options)', 'trend', 'TrendOptions'),
      rowOperator('seasonality(of, options)', 'seasonality', 'SeasonalityOptions'),
      rowOperator('forecast(of, options)', 'forecast', 'ForecastOptions'),
    ],
  },
  {
    title: 'Alerts',
    about: '[Alerts](../alerts.md) explains them by examples.',
    interfaces: [
      at('.alert(name, rule)', 'engine/dsl/alert.ts', 'Alert'),
      at('severity by condition', 'engine/dsl/alert.ts', 'Severities'),
      at('webhook(options)', 'engine/dsl/channels.ts', 'WebhookOptions'),
    ],
  },
  {
    title: 'Producers, clients, tests and the construct',
    about:
      '[Sending events](../send.md), [testing](../testing.md) and [deploying](../deploy.md) explain them by examples.',
    interfaces: [
      at('new Producer(options)', 'producer/options.ts', 'ProducerOptions'),
      at('retry of a producer', 'producer/options.ts', 'RetryLimits'),
      at('createClient(options)', 'client/transport.ts', 'ClientOptions'),
      at('client.live(options)', 'client/client.ts', 'LiveOptions'),
      at('PipelineTest.start(pipeline, options)', 'testing/pipeline-test.ts', 'PipelineTestOptions'),
      at('new StreamgaugePipeline(scope, id, props)', 'lib/streamgauge-pipeline.ts', 'StreamgaugePipelineProps'),
    ],
  },
];
