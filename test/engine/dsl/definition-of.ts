import { CompleteView } from '../../../engine/dsl/view-builder.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';

/** The data behind a view as a user holds it. */
export function definitionOf(view: unknown): ViewDefinition {
  if (view instanceof CompleteView) return view.definition;
  throw new Error('This is not a complete view.');
}
