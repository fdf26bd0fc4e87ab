import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import type { MonitoredPipeline } from './monitored-pipeline.ts';
import { PipelineAlarms } from './pipeline-alarms.ts';
import { PipelineDashboard } from './pipeline-dashboard.ts';

/** Monitors a pipeline: alarms, their topic, and a dashboard. */
export class PipelineMonitoring extends Construct {
  readonly topic: AlarmTopic;
  readonly alarms: PipelineAlarms;
  readonly dashboard: PipelineDashboard;

  constructor(scope: Construct, id: string, pipeline: MonitoredPipeline) {
    super(scope, id);
    this.topic = new AlarmTopic(this, 'Topic', pipeline);
    this.alarms = new PipelineAlarms(this, 'Alarms', { pipeline, action: new SnsAction(this.topic.topic) });
    this.dashboard = new PipelineDashboard(this, 'Dashboard', { pipeline, alarms: this.alarms });
  }
}
