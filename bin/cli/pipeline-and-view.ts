import { UsageError } from './command.ts';

/** `[PIPELINE.ts] VIEW`: the file is null where it is to be looked for. */
export function pipelineAndView(
  command: string,
  given: readonly string[],
): { readonly file: string | null; readonly name: string } {
  const [first, second, extra] = given;
  if (extra !== undefined) throw new UsageError(`streamgauge ${command} does not know what to do with '${extra}'.`);
  if (first === undefined || (second === undefined && first.endsWith('.ts'))) {
    throw new UsageError(`streamgauge ${command} needs VIEW. See streamgauge ${command} --help.`);
  }
  return second === undefined ? { file: null, name: first } : { file: first, name: second };
}
