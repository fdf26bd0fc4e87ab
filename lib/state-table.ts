import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { STATE_TABLE } from '../contracts/tables.ts';
import type { PipelineSettings } from './settings.ts';
import { tableDefaults } from './table-defaults.ts';

export interface StateTableProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/**
 * Checkpoints, segments, markers and progress. This table is the truth: everything else can be rebuilt from
 * it. Nothing in it ends by the clock.
 */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: StateTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...tableDefaults(settings, encryptionKey),
      partitionKey: { name: STATE_TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: STATE_TABLE.sortKey, type: AttributeType.STRING },
    });
  }
}
