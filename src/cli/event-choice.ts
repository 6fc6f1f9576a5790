import { Option } from 'commander';
import type { Command } from 'commander';
import type { WebhookEvent } from '../contracts/imprimatur-webhooks.ts';
import { eventsPattern } from '../domain/webhooks/webhook-events.ts';
import { collect } from './command.ts';
import { UsageFailure } from './failure.ts';

/** Which events a command is about. */
export interface EventChoice {
  readonly bus?: string;
  readonly pattern?: string;
  readonly group?: string;
  readonly on?: string[];
}

const words: readonly WebhookEvent[] = [
  'registered',
  'approved',
  'rejected',
  'archived',
  'changed',
  'deleted',
  'any',
];

/** Adds the options that choose events. */
export function addEventChoice(command: Command): Command {
  return command
    .option('--group <name>', 'only events of a model package group and its versions')
    .addOption(
      new Option(
        '--on <what>',
        `only what happens to versions: ${words.join(', ')}; may be repeated`,
      ).argParser(collect),
    )
    .option('--pattern <json>', 'only events that match a pattern of EventBridge')
    .option('--bus <name>', 'name or ARN of the event bus (default "default")');
}

/** What a call is given to get the chosen events. */
export function eventChoice({ bus, pattern, group, on = [] }: EventChoice): {
  EventBusName?: string;
  EventPattern?: string;
} {
  const unknown = on.find((word) => !words.includes(word as WebhookEvent));
  if (unknown !== undefined) {
    throw new UsageFailure(`--on must be one of ${words.join(', ')}, not '${unknown}'.`);
  }
  const hasWords = group !== undefined || on.length > 0;
  if (pattern !== undefined && hasWords) {
    throw new UsageFailure('--pattern says all; --group and --on cannot stand beside it.');
  }
  const events = on as WebhookEvent[];
  const EventPattern = hasWords ? eventsPattern({ events, groupName: group }) : pattern;
  return {
    ...(bus !== undefined && { EventBusName: bus }),
    ...(EventPattern !== undefined && { EventPattern }),
  };
}
