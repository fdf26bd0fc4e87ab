import { rowShape, type ViewDefinition } from './view-definition.ts';

/** Where a view's rows say that they are unusual: paths of all columns `is_anomaly`, on their own or of a detector. */
export function anomalyColumns(view: ViewDefinition): readonly (readonly string[])[] {
  return [...rowShape(view).fields].flatMap(([name, field]) => {
    if (field.shape === 'leaf') return name === IS_ANOMALY && field.type.kind === 'boolean' ? [[name]] : [];
    if (field.shape !== 'struct') return [];
    const verdict = field.fields.get(IS_ANOMALY);
    return verdict?.shape === 'leaf' && verdict.type.kind === 'boolean' ? [[name, IS_ANOMALY]] : [];
  });
}

const IS_ANOMALY = 'is_anomaly';
