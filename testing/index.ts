/** What the test of a pipeline imports: all of streamgauge in the test's own process. */
export type { Crash } from './crash-plan.ts';
export { PipelineTestError } from './errors.ts';
export { PipelineTest, type PipelineTestOptions } from './pipeline-test.ts';
export type { SeenDeadLetter, SeenLateEvent } from './side-output.ts';
