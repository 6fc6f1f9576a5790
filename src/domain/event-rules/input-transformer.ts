import { parseArn } from '../../kernel/arn.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { eventTime } from '../events/event-envelope.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';
import { fillTemplate, parseTemplate, placeholdersOf } from './input-template.ts';
import { parseJsonPath, valueAt } from './json-path.ts';

/** What a target says of the text that it wants to get: at most one of these. */
export interface InputSettings {
  /** Always the same text, JSON. */
  readonly Input?: string;
  /** A part of the event. */
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** What a template may name besides what its map of paths does. */
const reservedValues = {
  'aws.events.rule-arn': ({ ruleArn }) => ruleArn,
  'aws.events.rule-name': ({ ruleName }) => ruleName,
  'aws.events.event.ingestion-time': ({ ingestedAt }) => eventTime(ingestedAt),
  'aws.events.event': (_, event) => withoutDetail(event),
  'aws.events.event.json': (_, event) => event,
} as const satisfies Readonly<
  Record<string, (source: InputSource, event: EventEnvelope) => unknown>
>;

/** Where an input comes from. */
export interface InputSource {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the event came to its bus. */
  readonly ingestedAt: number;
}

/** Refuses a target whose settings could never make an input, in EventBridge's words. */
export function checkInput(target: InputSettings & { readonly Id: string; readonly Arn: string }) {
  const { Id, Arn, Input, InputPath, InputTransformer } = target;
  const given = [Input, InputPath, InputTransformer].filter((one) => one !== undefined);
  if (given.length > 1) {
    refuseInvalid(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    );
  }
  if (given.length > 0 && isEventBus(Arn)) {
    refuseInvalid(`Modifying the input for target ${Id} is not supported`);
  }
  if (Input !== undefined && !isJson(Input)) {
    refuseInvalid(`Input for target ${Id} is not a valid JSON text.`);
  }
  if (InputPath !== undefined && !parseJsonPath(InputPath)) {
    refuseInvalid(`InputPath for target ${Id} is invalid.`);
  }
  if (InputTransformer) checkTransformer(Id, InputTransformer);
}

function isEventBus(arn: string): boolean {
  const { service, resource } = parseArn(arn) ?? {};
  return service === 'events' && resource?.startsWith('event-bus/') === true;
}

function checkTransformer(
  id: string,
  { InputPathsMap: paths = {}, InputTemplate: template }: InputSettings['InputTransformer'] & {},
): void {
  for (const [name, path] of Object.entries(paths)) {
    if (name.startsWith('AWS')) {
      refuseInvalid(`InputPathsMap for target ${id} contains reserved name ${name}.`);
    }
    if (!parseJsonPath(path)) {
      refuseInvalid(`InputPathsMap for target ${id} contains invalid path ${path}.`);
    }
  }
  for (const name of placeholdersOf(parseTemplate(template))) {
    if (Object.hasOwn(paths, name) || Object.hasOwn(reservedValues, name)) continue;
    refuseInvalid(`InputTemplate for target ${id} contains invalid placeholder ${name}.`);
  }
}

/** What a target gets, or why it cannot get anything. */
export type ShapedInput =
  | { readonly text: string }
  | { readonly failure: 'INVALID_JSON'; readonly message: string };

/** The text that a target gets of an event (events.md section 4). */
export function shapeInput(
  target: InputSettings,
  event: EventEnvelope,
  source: InputSource,
): ShapedInput {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return { text: Input };
  if (InputPath !== undefined) {
    const found = valueAt(event, parseJsonPath(InputPath) ?? []);
    return { text: JSON.stringify(found ?? null) };
  }
  if (!InputTransformer) return { text: JSON.stringify(event) };
  const { InputPathsMap: paths = {}, InputTemplate } = InputTransformer;
  const template = parseTemplate(InputTemplate);
  const text = fillTemplate(template, (name) => {
    const path = Object.hasOwn(paths, name) ? parseJsonPath(paths[name]!) : undefined;
    return path ? valueAt(event, path) : reservedValue(name, source, event);
  });
  if (!template.isJson || isJson(text)) return { text };
  return { failure: 'INVALID_JSON', message: 'The transformed input is not a valid JSON text.' };
}

function reservedValue(name: string, source: InputSource, event: EventEnvelope): unknown {
  if (!Object.hasOwn(reservedValues, name)) return undefined;
  return reservedValues[name as keyof typeof reservedValues](source, event);
}

/** As EventBridge has it: without `detail`, and with one name that is spelled otherwise. */
function withoutDetail(event: EventEnvelope): Record<string, unknown> {
  const { detail: _, ...others } = event;
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name === 'detail-type' ? 'detailType' : name,
      value,
    ]),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
