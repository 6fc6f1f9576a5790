import { limits } from '../../kernel/limits.ts';
import type { NamedPolicy } from './evaluate-policy.ts';
import type { CompiledStatement } from './parse-policy.ts';

/** A statement and where it stands. */
export interface IndexedStatement {
  readonly from: NamedPolicy;
  /** The statement's place in its policy, counted from zero. */
  readonly index: number;
  readonly statement: CompiledStatement;
  /** Its place among all that are about the action. */
  readonly order: number;
}

/**
 * The statements of some policies about one action, found by how the resource begins: of the
 * hundreds that teams write, few are about the resource of a call, and to ask them all costs more
 * than the call.
 */
class StatementIndex {
  readonly #byStart = new Map<string, IndexedStatement[]>();
  readonly #lengths: readonly number[];

  constructor(policies: readonly NamedPolicy[], action: string) {
    let order = 0;
    for (const from of policies) {
      for (const { index, statement } of from.policy.about(action)) {
        const indexed = { from, index, statement, order };
        order += 1;
        for (const start of statement.resourceStarts) {
          const others = this.#byStart.get(start);
          if (others) others.push(indexed);
          else this.#byStart.set(start, [indexed]);
        }
      }
    }
    const lengths = new Set([...this.#byStart.keys()].map(({ length }) => length));
    this.#lengths = [...lengths].sort((a, b) => a - b);
  }

  /** Those whose resources begin as this one does, in the policies' order. */
  mayCover(resource: string): readonly IndexedStatement[] {
    let found: readonly IndexedStatement[] = [];
    for (const length of this.#lengths) {
      if (length > resource.length) break;
      const more = this.#byStart.get(resource.slice(0, length));
      if (more) found = found.length === 0 ? more : [...found, ...more];
    }
    return found.length < 2 ? found : inOrder(found);
  }
}

/** Each once: a statement of several resources may have been found by more than one. */
function inOrder(found: readonly IndexedStatement[]): IndexedStatement[] {
  return [...new Set(found)].sort((a, b) => a.order - b.order);
}

const indexes = new Map<readonly NamedPolicy[], Map<string, StatementIndex>>();

/**
 * The statements of policies that are about an action, in lower case, and may be about a resource,
 * given by the last part of its ARN. What is found is remembered for this very list of policies.
 */
export function statementsAbout(
  policies: readonly NamedPolicy[],
  action: string,
  resource: string,
): readonly IndexedStatement[] {
  const byAction = indexesOf(policies);
  let index = byAction.get(action);
  if (!index) {
    // A simulation may ask for whatever a caller makes up.
    if (byAction.size >= limits.policyActionsHeldMax) byAction.clear();
    index = new StatementIndex(policies, action);
    byAction.set(action, index);
  }
  return index.mayCover(resource);
}

function indexesOf(policies: readonly NamedPolicy[]): Map<string, StatementIndex> {
  const known = indexes.get(policies);
  if (known) return known;
  if (indexes.size >= limits.policyIndexesMax) {
    const [oldest] = indexes.keys();
    indexes.delete(oldest!);
  }
  const byAction = new Map<string, StatementIndex>();
  indexes.set(policies, byAction);
  return byAction;
}
