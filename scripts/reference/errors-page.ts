import { page, prose } from './markdown.ts';
import type { Sources } from './sources.ts';

/** Folders whose errors a user can see. */
const FOLDERS = 'engine,lib,bin,runtime,adapters,endpoint,lambdas,producer,testing,cost';
/** Mistakes in our own code, damaged bytes, and what tests plan: their messages are for those who work on streamgauge. */
const INTERNAL = ['BugError', 'CodecError', 'ProtobufError', 'StateFormatError', 'PlannedCrashError', 'AggregateError'];

/** Every message of an error, by the class of the error. */
export function errorsPage(sources: Sources): string {
  const classes = sources.errorsIn(`{${FOLDERS}}/**/*.ts`).filter(({ name }) => !INTERNAL.includes(name));
  const intro =
    'Messages of errors, to search in: `…` stands for a name, a value or a reason. Each says what was found and what to do. [Troubleshooting](../troubleshooting.md) explains the commonest ones.';
  const sections = classes.flatMap(({ name, doc, messages }) => [
    `## ${name}`,
    prose(doc.text),
    messages.map((message) => `* ${prose(message)}`).join('\n'),
  ]);
  return page('Error messages', [intro, ...sections]);
}
