import { compile } from './compiler.ts';

/** 28,212 when it was set. What one more generic layer around a view's type can cost is a multiple of it. */
const BUDGET = 42_000;

test(`five use cases cost the compiler at most ${BUDGET} instantiations`, () => {
  const alone = compile({ main: "import 'streamgauge';" });
  const withUseCases = compile({ main: "import '#test/types/use-cases.ts';" });
  expect(withUseCases.errors.get('main')).toBe('');
  const cost = withUseCases.instantiations - alone.instantiations;
  expect(cost).toBeGreaterThan(1000);
  expect(cost).toBeLessThan(BUDGET);
});
