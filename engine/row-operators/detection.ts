import { type Detector, type DetectorKind, UNKNOWN, type Verdict } from '../detectors/detector.ts';
import { reasonFrom } from '../detectors/wording.ts';
import { rowOperand, structOfRows } from '../dsl/row-operator.ts';
import type { Fields, Num } from '../dsl/types.ts';
import type { StructOperatorNode } from '../ir/node.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** What a detector says of a row's number, in the light of the group's rows before it. */
export interface Anomaly {
  /** From 0, as usual, to 1: one less the probability of a number at least as unusual. */
  readonly score: number;
  readonly is_anomaly: boolean;
  /** What was to be expected, before the row was there. Null while too little is known. */
  readonly expected: number | null;
  /** About 99 % of the numbers were to be expected from `lower` to `upper`. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why it is an anomaly: "3.8 σ above the usual for Friday 14:00: 512, expected 210 to 330". Null where it is none. */
  readonly reason: string | null;
}

const NUMBER = { kind: 'number', nullable: true } as const;
const FIELDS = {
  score: { kind: 'number', nullable: false },
  is_anomaly: { kind: 'boolean', nullable: false },
  expected: NUMBER,
  lower: NUMBER,
  upper: NUMBER,
  reason: { kind: 'string', nullable: true },
} as const;

/** The columns of a detector over a number of the row. */
export function detectionOf(kind: string, of: Num, parameters: StructOperatorNode['parameters']): Fields<Anomaly> {
  const operand = rowOperand(of, 'number', `${kind}(…)`);
  return structOfRows({ kind, parameters, operands: [operand], type: { kind: 'struct', fields: FIELDS } });
}

/** A detector as a row operator: its state is the detector itself. */
export function detectionKind<P extends StructOperatorNode['parameters']>(
  detectors: DetectorKind<P>,
): RowOperatorKind<P> {
  return {
    kind: detectors.kind,
    version: detectors.version,
    compile: (parameters, [type]): RowOperator<Detector> => ({
      maxStateBytes: detectors.maxStateBytes(parameters),
      create: () => detectors.create(parameters),
      step(detector, [operand = null], { startMs }) {
        if (operand === null) {
          detector.skip(1);
          return columnsOf(UNKNOWN);
        }
        const verdict = detector.step(operand as number, startMs);
        if (type?.isCount !== true || verdict.reason === null) return columnsOf(verdict);
        return { ...columnsOf(verdict), reason: reasonFrom(0, operand as number, verdict) };
      },
      skip(detector, windows) {
        detector.skip(windows);
      },
      encode(detector, out) {
        detector.write(out);
      },
      decode(input) {
        const detector = detectors.create(parameters);
        detector.read(input);
        return detector;
      },
    }),
    words: (parameters, [operand = '']) => detectors.words(parameters, operand),
  };
}

function columnsOf({ score, isAnomaly, expected, lower, upper, reason }: Verdict) {
  return { score, is_anomaly: isAnomaly, expected, lower, upper, reason };
}
