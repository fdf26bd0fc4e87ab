import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { RESULT_TABLE } from '../contracts/tables.ts';
import type { PipelineSettings } from './settings.ts';
import { tableDefaults } from './table-defaults.ts';

export interface ResultsTableProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/** Result rows as readers see them, for as long as their views keep them, with the index that serves the windows of all groups. */
export class ResultsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: ResultsTableProps) {
    super(scope, id);
    const { partitionKey, sortKey, timeToLive, index } = RESULT_TABLE;
    this.table = new Table(this, 'Table', {
      ...tableDefaults(settings, encryptionKey),
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: timeToLive,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
      sortKey: { name: index.sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType[index.projection],
    });
  }
}
