/**
 * Whether a concurrent history could have come from one thing that does a call at a time: the
 * search of Wing and Gong with Lowe's memory of where it has been.
 *
 * A call whose outcome nobody knows (its server died, the answer was lost) may have happened at
 * any time after it was sent, or never; it is taken to have happened only where nothing else fits.
 */

/** One call of a history. */
export interface Operation<Input> {
  readonly input: Input;
  /** What was answered; undefined when the outcome is unknown. */
  readonly output: string | undefined;
  readonly invoked: number;
  /** Infinity when the outcome is unknown. */
  readonly returned: number;
}

/** A state of the thing; states of the same key are the same. */
export interface State {
  readonly key: string;
}

/** How the thing behaves when it does one call at a time. */
export interface Model<Input, S extends State> {
  readonly initial: S;
  apply(state: S, input: Input): { readonly state: S; readonly output: string };
  /** Whether a call changes nothing in whatever state. */
  isRead(input: Input): boolean;
}

/** Why a history could not be explained. */
export interface Impossible<Input> {
  /** How many of the calls with a known outcome could be put in an order at most. */
  readonly explained: number;
  /** What could have come next there; none of them fits. */
  readonly stuckAt: readonly {
    readonly operation: Operation<Input>;
    /** What the model would have answered. */
    readonly expected: string;
  }[];
}

interface Frame<S> {
  readonly state: S;
  readonly done: bigint;
  readonly known: number;
  readonly candidates: readonly number[];
  next: number;
}

/** States looked at before a history counts as too hard to judge, which no test should need. */
const framesMax = 200_000;

/** Answers undefined when the history is linearizable. */
export function findAnomaly<Input, S extends State>(
  history: readonly Operation<Input>[],
  model: Model<Input, S>,
): Impossible<Input> | undefined {
  const operations = [...history].sort((one, other) => one.invoked - other.invoked);
  const knownCount = operations.filter(({ output }) => output !== undefined).length;
  const seen = new Set<string>();
  const frame = (state: S, done: bigint, known: number): Frame<S> => ({
    state,
    done,
    known,
    candidates: candidatesOf(operations, done),
    next: 0,
  });
  const stack = [frame(model.initial, 0n, 0)];
  let deepest = stack[0]!;
  let frames = 0;
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    if (top.known === knownCount) return undefined;
    if (top.known > deepest.known) deepest = top;
    const index = top.candidates[top.next];
    top.next += 1;
    if (index === undefined) {
      stack.pop();
      continue;
    }
    const operation = operations[index]!;
    const isKnown = operation.output !== undefined;
    const { state, output } = model.apply(top.state, operation.input);
    if (isKnown && output !== operation.output) continue;
    // Of what changed nothing nobody can tell whether it happened.
    if (!isKnown && state.key === top.state.key) continue;
    // A read that may come now may as well: no other order is worth a try.
    if (model.isRead(operation.input)) top.next = top.candidates.length;
    const done = top.done | (1n << BigInt(index));
    const place = `${done.toString(36)} ${state.key}`;
    if (seen.has(place)) continue;
    seen.add(place);
    if ((frames += 1) > framesMax) {
      const { stuckAt } = explain(operations, model, deepest);
      throw new Error(`The history is too hard to judge; hardest: ${JSON.stringify(stuckAt)}`);
    }
    stack.push(frame(state, done, top.known + (isKnown ? 1 : 0)));
  }
  return explain(operations, model, deepest);
}

/**
 * What may come next: sent before any other that is still to come was answered. What was answered
 * first comes first, what may never have happened last.
 */
function candidatesOf<Input>(operations: readonly Operation<Input>[], done: bigint): number[] {
  const known: number[] = [];
  const unknown: number[] = [];
  let firstReturn = Infinity;
  // The lowest bits are those of the calls that were sent first: all of them are done.
  let index = trailingOnes(done);
  for (; index < operations.length; index += 1) {
    const { invoked, returned, output } = operations[index]!;
    if (invoked > firstReturn) break;
    if ((done >> BigInt(index)) & 1n) continue;
    firstReturn = Math.min(firstReturn, returned);
    (output === undefined ? unknown : known).push(index);
  }
  const byReturn = (one: number, other: number) =>
    operations[one]!.returned - operations[other]!.returned;
  return [...known.sort(byReturn), ...unknown];
}

const wordBits = 30n;
const word = (1n << wordBits) - 1n;

function trailingOnes(bits: bigint): number {
  let [rest, count] = [bits, 0];
  while ((rest & word) === word) {
    rest >>= wordBits;
    count += Number(wordBits);
  }
  while (rest & 1n) {
    rest >>= 1n;
    count += 1;
  }
  return count;
}

function explain<Input, S extends State>(
  operations: readonly Operation<Input>[],
  model: Model<Input, S>,
  { state, known, candidates }: Frame<S>,
): Impossible<Input> {
  const stuckAt = candidates.map((index) => {
    const operation = operations[index]!;
    return { operation, expected: model.apply(state, operation.input).output };
  });
  return { explained: known, stuckAt };
}
