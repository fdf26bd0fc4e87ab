import type { TSchema } from 'typebox';
import { Acknowledgement, Incident, IncidentsAnswer } from './alerts.ts';
import { Group, Problem, Row } from './common.ts';
import { HealthAnswer } from './health.ts';
import { Overview } from './overview.ts';
import { Column, PipelineDescription, SqlText, StreamDescription, ViewDescription } from './pipeline.ts';
import { GroupsPage, LatestAnswer, SeriesAnswer, TopAnswer, WindowsPage } from './rows.ts';
import { RedriveAnswer, RedriveRequest, SideOutput, SideOutputDetail, SideOutputsPage } from './side-outputs.ts';

/** Schemas that have a name in the document of the API, so that generated clients have types with these names. */
export const COMPONENTS: Readonly<Record<string, TSchema>> = {
  Acknowledgement,
  Column,
  Group,
  GroupsPage,
  HealthAnswer,
  Incident,
  IncidentsAnswer,
  LatestAnswer,
  Overview,
  PipelineDescription,
  Problem,
  RedriveAnswer,
  RedriveRequest,
  Row,
  SeriesAnswer,
  SideOutput,
  SideOutputDetail,
  SideOutputsPage,
  SqlText,
  StreamDescription,
  TopAnswer,
  ViewDescription,
  WindowsPage,
};
