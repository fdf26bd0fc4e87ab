import type { AggregateOperator } from '../aggregates/operator.ts';
import { operatorFor } from '../aggregates/registry.ts';
import { type SegmentCodec, segmentCodec } from '../codec/segment.ts';
import type { RecordDecoder } from '../decode/decoder.ts';
import { jsonLinesDecoder } from '../decode/json-lines.ts';
import { compileValidator } from '../decode/validate.ts';
import type { PipelineDefinition } from '../definition/pipeline.ts';
import type { StreamDefinition } from '../definition/stream.ts';
import type { ViewDefinition } from '../definition/view-definition.ts';
import { type Accumulate, compileAccumulate } from './accumulator.ts';
import { fingerprint } from './fingerprint.ts';
import { compileRow, type MakeRow } from './row.ts';

/** A pipeline compiled: what the stages run on. */
export interface PipelinePlan {
  readonly name: string;
  readonly streams: readonly StreamPlan[];
  readonly views: readonly ViewPlan[];
}

export interface StreamPlan {
  readonly name: string;
  readonly definition: StreamDefinition;
  readonly decoder: RecordDecoder;
  readonly validate: ReturnType<typeof compileValidator>;
  readonly views: readonly ViewPlan[];
}

export interface ViewPlan {
  readonly name: string;
  /** Name and fingerprint: what state and rows are kept under. */
  readonly key: string;
  readonly definition: ViewDefinition;
  readonly operators: readonly AggregateOperator[];
  readonly accumulate: Accumulate;
  readonly makeRow: MakeRow;
  readonly segments: SegmentCodec;
}

export function compilePipeline(definition: PipelineDefinition): PipelinePlan {
  const views = definition.views.map(compileView);
  const streams = definition.streams.map((stream) => ({
    name: stream.name,
    definition: stream,
    decoder: jsonLinesDecoder,
    validate: compileValidator(stream),
    views: views.filter((view) => view.definition.stream === stream),
  }));
  return { name: definition.name, streams, views };
}

function compileView(definition: ViewDefinition): ViewPlan {
  const operators = definition.aggregates.map(({ column }) => operatorFor(column.spec, column.argument?.type ?? null));
  const id = fingerprint(definition);
  return {
    name: definition.name,
    key: `${definition.name}@${id}`,
    definition,
    operators,
    accumulate: compileAccumulate(definition, operators),
    makeRow: compileRow(definition, operators),
    segments: segmentCodec(id, definition.groupBy.length, operators),
  };
}
