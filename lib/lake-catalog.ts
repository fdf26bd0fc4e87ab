import { Names, Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { hiveColumns } from '../engine/bronze/hive-table.ts';
import { bronzeHourFolder, bronzePrefix, PARTITION_KEYS } from '../engine/bronze/layout.ts';
import { renamedFields } from '../engine/bronze/table-shape.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import type { BronzeBucket } from './bronze-bucket.ts';
import type { PipelineSettings } from './settings.ts';

export interface LakeCatalogProps {
  readonly pipelineName: string;
  readonly streams: readonly StreamDefinition[];
  readonly bronze: BronzeBucket;
  readonly settings: PipelineSettings;
}

/**
 * A Glue database with a table of bronze for each stream, under the stream's name. Athena computes partitions from the
 * query's day and hour, so nothing registers them and no crawler runs.
 */
export class LakeCatalog extends Construct {
  readonly databaseName: string;
  readonly database: CfnDatabase;
  /** By the pipeline's names of the streams. */
  readonly tables: ReadonlyMap<string, CfnTable>;

  constructor(scope: Construct, id: string, { pipelineName, streams, bronze, settings }: LakeCatalogProps) {
    super(scope, id);
    // Athena takes lower-case letters, digits and _.
    this.databaseName = Names.uniqueResourceName(scope, { maxLength: 200, separator: '_' }).toLowerCase();
    this.database = new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: {
        name: this.databaseName,
        description: `Streamgauge: every event of pipeline ${pipelineName}, a table for each stream.`,
      },
    });
    this.tables = new Map(streams.map((stream) => [stream.name, this.#createTable(stream, bronze, settings)]));
  }

  #createTable(stream: StreamDefinition, bronze: BronzeBucket, settings: PipelineSettings): CfnTable {
    const root = `s3://${bronze.bucket.bucketName}/${bronze.prefix}`;
    const table = new CfnTable(this, `Table-${stream.name}`, {
      catalogId: Stack.of(this).account,
      databaseName: this.databaseName,
      tableInput: {
        name: stream.name,
        description: `Every event of stream ${stream.name}, as it came.`,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: PARTITION_KEYS.map((name) => ({ name, type: 'string' })),
        parameters: { classification: 'json', ...projection(stream.name, root, settings) },
        storageDescriptor: {
          location: root + bronzePrefix(stream.name),
          columns: hiveColumns(stream),
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: {
            serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
            // A line that is not JSON, as after a manual upload, must not fail every query.
            parameters: { 'ignore.malformed.json': 'true', ...renamings(stream) },
          },
        },
      },
    });
    table.addResourceDependency(this.database);
    return table;
  }
}

/** Fields whose names in events are none that a table can have. */
function renamings({ shape }: StreamDefinition): Readonly<Record<string, string>> {
  return Object.fromEntries([...renamedFields(shape)].map(([name, wireName]) => [`mapping.${name}`, wireName]));
}

/** The range of days and hours, and the place of each. Firehose files by UTC, and so does NOW. */
function projection(stream: string, root: string, { bronzeSince }: PipelineSettings): Readonly<Record<string, string>> {
  return {
    'projection.enabled': 'true',
    'projection.dt.type': 'date',
    'projection.dt.format': 'yyyy-MM-dd',
    'projection.dt.range': `${bronzeSince},NOW`,
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'DAYS',
    'projection.hour.type': 'integer',
    'projection.hour.range': '0,23',
    'projection.hour.digits': '2',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: these are Athena's own placeholders.
    'storage.location.template': root + bronzeHourFolder(stream, '${dt}', '${hour}'),
  };
}
