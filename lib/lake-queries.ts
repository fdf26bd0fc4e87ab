import { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import { streamNames } from '../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { athenaStatement } from '../engine/sql/athena-statement.ts';
import { SqlError } from '../engine/sql/errors.ts';
import { type BronzeBucket, QUERY_RESULT_PREFIX } from './bronze-bucket.ts';
import type { LakeCatalog } from './lake-catalog.ts';
import { physicalName } from './names.ts';
import type { PipelineSettings } from './settings.ts';

export interface LakeQueriesProps {
  readonly catalog: LakeCatalog;
  readonly views: readonly ViewDefinition[];
  readonly bronze: BronzeBucket;
  readonly settings: PipelineSettings;
}

/**
 * An Athena workgroup with a limit on what a query reads. In it, each view's statement is a named query, the one that
 * `streamgauge sql --dialect athena` prints. A view that Athena cannot express has none; that command says why.
 */
export class LakeQueries extends Construct {
  readonly workGroup: CfnWorkGroup;
  /** By the names of the views. */
  readonly namedQueries: ReadonlyMap<string, CfnNamedQuery>;

  constructor(scope: Construct, id: string, { catalog, views, bronze, settings }: LakeQueriesProps) {
    super(scope, id);
    const { bucket, prefix, encryptionKey } = bronze;
    this.workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: physicalName(scope, 'queries', 128),
      description: 'Streamgauge: queries of the lake.',
      // Otherwise the history of queries keeps CloudFormation from deleting the workgroup.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        bytesScannedCutoffPerQuery: settings.scanLimitGb * 1e9,
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${bucket.bucketName}/${prefix}${QUERY_RESULT_PREFIX}`,
          expectedBucketOwner: Stack.of(this).account,
          encryptionConfiguration:
            encryptionKey === null
              ? { encryptionOption: 'SSE_S3' }
              : { encryptionOption: 'SSE_KMS', kmsKey: encryptionKey.keyArn },
        },
      },
    });
    this.namedQueries = new Map(
      views.flatMap((view) => {
        const query = this.#createQuery(view, catalog);
        return query === null ? [] : [[view.name, query]];
      }),
    );
  }

  #createQuery(view: ViewDefinition, catalog: LakeCatalog): CfnNamedQuery | null {
    const queryString = statementOrNull(view);
    if (queryString === null) return null;
    const query = new CfnNamedQuery(this, `Query-${view.name}`, {
      name: view.name,
      description: `Streamgauge: the rows of view ${view.name}, computed from all events of stream ${streamNames(view)}.`,
      database: catalog.databaseName,
      workGroup: this.workGroup.name,
      queryString,
    });
    query.addResourceDependency(this.workGroup);
    query.addResourceDependency(catalog.database);
    return query;
  }
}

function statementOrNull(view: ViewDefinition): string | null {
  try {
    return athenaStatement(view);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
