import { TestEventPattern } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { parseEventPattern } from './event-pattern.ts';
import { isTooDeep } from './json-depth.ts';

const requiredMembers = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** Tells whether an event matches a pattern, without any rule. */
export const testEventPattern = operation(TestEventPattern, {
  effect: 'read',
  resource: () => '*',
  run({ EventPattern, Event }) {
    const event = readEvent(Event);
    return Promise.resolve({ Result: parseEventPattern(EventPattern).matches(event) });
  },
});

function readEvent(text: string): Record<string, unknown> {
  const event = parseJson(text);
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) {
    if (requiredMembers.every((name) => Object.hasOwn(event, name))) {
      return event as Record<string, unknown>;
    }
  }
  return refuseInvalid('Parameter Event is not valid.');
}

function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return isTooDeep(text) ? undefined : value;
  } catch {
    return undefined;
  }
}
