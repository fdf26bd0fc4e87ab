import type { Problem } from '../../../api/schemas/common.ts';
import { Icon } from './icon.tsx';

/** What the API says is wrong: its heading, its sentence, its code. */
export function ProblemBox({ problem }: { readonly problem: Pick<Problem, 'title' | 'detail' | 'code'> }) {
  return (
    <div class="problem" role="alert">
      <Icon name="critical" size={14} />
      <div>
        <b>{problem.title}</b>
        <p>
          <bdi>{problem.detail}</bdi> <code>{problem.code}</code>
        </p>
      </div>
    </div>
  );
}
