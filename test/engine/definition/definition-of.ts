import { CompleteView, type ViewDefinition } from '../../../engine/definition/view.ts';

/** The data behind a view as a user holds it. */
export function definitionOf(view: unknown): ViewDefinition {
  if (view instanceof CompleteView) return view.definition;
  throw new Error('This is not a complete view.');
}
