/** Reads what `node --cpu-prof` writes. */

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { functionName: string; url: string; lineNumber: number };
  readonly children?: readonly number[];
}

/** The file as V8 writes it; times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a function took of all the time that the process was busy, as shares of one. */
export interface FunctionShare {
  readonly name: string;
  /** In the function itself. */
  readonly self: number;
  /** In the function and all it called. */
  readonly total: number;
}

/** The shares of every function between two times, the greatest first; idle time counts not. */
export function readShares(profile: CpuProfile, from: number, to: number): FunctionShare[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfTimes = new Map<number, number>();
  let time = profile.startTime;
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index]!;
    time += delta;
    if (time < from || time > to || nodes.get(id)!.callFrame.functionName === '(idle)') continue;
    selfTimes.set(id, (selfTimes.get(id) ?? 0) + delta);
    busy += delta;
  }
  const selves = new Map<string, number>();
  const totals = new Map<string, number>();
  // Adds a node's time to itself and, once each, to the functions that led to it.
  const visit = (node: ProfileNode, callers: ReadonlySet<string>): void => {
    const name = nameOf(node);
    const path = callers.has(name) ? callers : new Set([...callers, name]);
    const own = selfTimes.get(node.id) ?? 0;
    if (own > 0) {
      selves.set(name, (selves.get(name) ?? 0) + own);
      for (const each of path) totals.set(each, (totals.get(each) ?? 0) + own);
    }
    for (const child of node.children ?? []) visit(nodes.get(child)!, path);
  };
  visit(profile.nodes[0]!, new Set());
  return [...totals]
    .map(([name, total]) => ({ name, self: (selves.get(name) ?? 0) / busy, total: total / busy }))
    .sort((a, b) => b.self - a.self);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName === '' ? 'anonymous' : functionName;
  if (url === '') return name;
  const path = url.replace(/^.*\/(?=(src|node_modules)\/)/, '');
  return `${name}  ${path}:${lineNumber + 1}`;
}
