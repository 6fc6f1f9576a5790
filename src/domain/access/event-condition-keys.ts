import type { ResourceFacts } from './condition-keys.ts';

/** A condition key and its values; one without any is left out. */
type KeyValues = readonly [name: string, values: readonly (string | undefined)[]];

interface EventsInput {
  readonly EventPattern?: string;
  readonly Targets?: readonly { readonly Arn?: string }[];
}

/** The fields of a pattern that condition keys tell of. */
const patternKeys: readonly (readonly [key: string, path: string])[] = [
  ['events:source', 'source'],
  ['events:detail-type', 'detail-type'],
  ['events:detail.userIdentity.principalId', 'detail.userIdentity.principalId'],
  ['events:detail.service', 'detail.service'],
  ['events:detail.eventTypeCode', 'detail.eventTypeCode'],
];

/** What condition keys tell of a call of EventBridge (events.md section 6). */
export function eventConditionKeys(
  operation: string,
  input: EventsInput,
  resource: Pick<ResourceFacts, 'rule' | 'event'> | undefined,
): KeyValues[] {
  const keys: KeyValues[] = [];
  const { rule, event } = resource ?? {};
  if (rule) {
    keys.push(['events:creatorAccount', [rule.creatorAccount]]);
    keys.push(['events:ManagedBy', [rule.managedBy ?? undefined]]);
  }
  if (event) {
    keys.push(['events:source', [event.source]], ['events:detail-type', [event.detailType]]);
    keys.push(['events:eventBusInvocation', ['false']]);
  }
  if (operation === 'PutTargets') {
    keys.push(['events:TargetArn', (input.Targets ?? []).map(({ Arn }) => Arn)]);
  }
  if (operation === 'PutRule' && input.EventPattern) {
    const pattern = readPattern(input.EventPattern);
    for (const [key, path] of patternKeys) keys.push([key, valuesAt(pattern, path)]);
  }
  return keys;
}

/** A pattern that is none is refused later, in words of its own. */
function readPattern(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * What a pattern says of a field. What it says otherwise than by texts is a value too, as JSON: a
 * policy that lists the texts that it allows must not let through `{"prefix":""}`.
 */
function valuesAt(pattern: unknown, path: string): string[] {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return [];
  return Object.entries(pattern).flatMap(([key, value]) => {
    if (key === path && Array.isArray(value)) {
      return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    }
    return path.startsWith(`${key}.`) ? valuesAt(value, path.slice(key.length + 1)) : [];
  });
}
