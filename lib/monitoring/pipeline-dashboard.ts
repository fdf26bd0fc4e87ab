import { Dashboard, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alertsSection } from './dashboard/alerts-section.ts';
import { costSection } from './dashboard/cost-section.ts';
import { faultsSection } from './dashboard/faults-section.ts';
import { healthSection } from './dashboard/health-section.ts';
import { latenessSection } from './dashboard/lateness-section.ts';
import { speedSection } from './dashboard/speed-section.ts';
import { viewsSection } from './dashboard/views-section.ts';
import { heading, type Section } from './dashboard/widgets.ts';
import type { MonitoredPipeline } from './monitored-pipeline.ts';
import type { PipelineAlarms } from './pipeline-alarms.ts';

export interface PipelineDashboardProps {
  readonly pipeline: MonitoredPipeline;
  readonly alarms: PipelineAlarms;
}

/**
 * One page about a pipeline, in the order of the usual questions: is it healthy, how fast, how late, what is wrong,
 * what does it cost, what does it say, and with detectors or alerts: what is unusual. docs/images/dashboard.svg shows it.
 */
export class PipelineDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { pipeline, alarms }: PipelineDashboardProps) {
    super(scope, id);
    const unusual = alertsSection(pipeline);
    const sections: readonly Section[] = [
      healthSection(pipeline, alarms),
      speedSection(pipeline),
      latenessSection(pipeline),
      faultsSection(pipeline),
      costSection(pipeline),
      viewsSection(pipeline),
      ...(unusual === null ? [] : [unusual]),
    ];
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: pipeline.metricsName,
      start: '-PT3H',
      // Metrics already have the periods in which their data comes.
      periodOverride: PeriodOverride.INHERIT,
    });
    for (const { heading: text, rows } of sections) {
      this.dashboard.addWidgets(heading(text));
      for (const row of rows) if (row.length > 0) this.dashboard.addWidgets(...row);
    }
  }
}
