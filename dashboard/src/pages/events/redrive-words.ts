import type { RedriveAnswer } from '../../../../api/schemas/side-outputs.ts';
import { formatFull } from '../../format/numbers.ts';

/** What a dry run says, a sentence a fact, the bad ones first. */
export function dryRunWords(
  answer: RedriveAnswer,
  asked: number,
): readonly { readonly isWell: boolean; readonly words: string }[] {
  const { would_fail: failing, would_count: counting, would_be_late: late, redriven_before: before } = answer;
  const of = `of ${formatFull(asked)}`;
  const [first] = failing;
  return [
    ...(failing.length > 0 && first !== undefined
      ? [{ isWell: false, words: `${formatFull(failing.length)} ${of} would fail again: ${first.detail}` }]
      : []),
    ...(late > 0
      ? [{ isWell: false, words: `${formatFull(late)} ${of} would be late: their windows take no revisions any more.` }]
      : []),
    ...(before > 0
      ? [{ isWell: false, words: `${formatFull(before)} ${of} were put back before and are left out.` }]
      : []),
    ...(counting > 0
      ? [{ isWell: true, words: `${formatFull(counting)} ${of} would count: today’s definition takes them.` }]
      : []),
  ];
}

export function events(count: number): string {
  return `${formatFull(count)} ${count === 1 ? 'event' : 'events'}`;
}
