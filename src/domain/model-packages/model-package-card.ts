import type { ErrorObject, ValidateFunction } from 'ajv';
import { limits } from '../../kernel/limits.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { ModelPackageModelCard } from '../../contracts/sagemaker.gen.ts';
import { modelPackageCardSchema, standaloneCardMembers } from './model-package-card-schema.ts';

/**
 * Checks that a card's content, if the card has any, is JSON text of the package card schema.
 *
 * The content is sensitive: refusals name places and rules of the schema, never what stands there.
 */
export async function checkModelCard(card: ModelPackageModelCard): Promise<void> {
  if (card.ModelCardContent === undefined) return;
  const content = parseContent(card.ModelCardContent);
  const validate = await loadValidator();
  if (validate(content)) return;
  refuseContent(describeFaults(content, validate.errors ?? []).join('; '));
}

/**
 * A card after an update: what the update leaves out stays, and nothing is invented.
 *
 * The content of an archived card is frozen, also when the same call takes it out of the archive.
 */
export function mergeModelCard(
  current: ModelPackageModelCard | undefined,
  update: ModelPackageModelCard,
): ModelPackageModelCard {
  const content = update.ModelCardContent;
  const changesContent = content !== undefined && content !== current?.ModelCardContent;
  if (changesContent && current?.ModelCardStatus === 'Archived') {
    refuseInvalid('Model Card is in Archived state. Its content can no longer be changed.');
  }
  return { ...current, ...update };
}

/** What IncludedData=MetadataOnly leaves of a card's content (registry.md section 7). */
const metadataPaths = [
  ['model_overview', 'model_id'],
  ['model_overview', 'model_name'],
  ['intended_uses', 'risk_rating'],
  ['model_package_details', 'model_package_group_name'],
  ['model_package_details', 'model_package_arn'],
] as const;

/** A card with its content reduced to metadata; the status is kept. */
export function reduceModelCard(card: ModelPackageModelCard): ModelPackageModelCard {
  if (card.ModelCardContent === undefined) return card;
  const content = JSON.parse(card.ModelCardContent) as Record<string, Record<string, unknown>>;
  const reduced: Record<string, Record<string, unknown>> = {};
  for (const [section, member] of metadataPaths) {
    const value = content[section]?.[member];
    if (value !== undefined) reduced[section] = { ...reduced[section], [member]: value };
  }
  return { ...card, ModelCardContent: JSON.stringify(reduced) };
}

function refuseContent(reason: string): never {
  refuseInvalid(`ModelCard.ModelCardContent is not a valid model card: ${reason}`);
}

function parseContent(text: string): unknown {
  const most = limits.inputDepthMax;
  if (nestingDepth(text) > most) refuseContent(`it is nested more than ${most} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the content.
    return refuseContent('it is not JSON text');
  }
}

/** How deep arrays and objects lie in each other, found without a stack that could overflow. */
function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (quoted) index += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

let validator: Promise<ValidateFunction> | undefined;

/** Loads Ajv when the first card comes: it takes some 60 ms, which a start need not wait for. */
function loadValidator(): Promise<ValidateFunction> {
  validator ??= import('ajv').then(({ Ajv }) =>
    new Ajv({ allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true }).compile(
      modelPackageCardSchema,
    ),
  );
  return validator;
}

function describeFaults(content: unknown, errors: readonly ErrorObject[]): string[] {
  const faults = new Set<string>();
  for (const error of errors) {
    // A metric's type is stated once more as an enum, whose error says which types there are.
    if (error.keyword === 'discriminator') continue;
    faults.add(`${placeOf(content, error.instancePath)} ${ruleOf(error)}`);
    if (faults.size >= limits.violationsMax) break;
  }
  return [...faults];
}

/** A JSON pointer as `evaluation_details[0].name`; keys of the caller's own making become `*`. */
function placeOf(content: unknown, pointer: string): string {
  if (pointer === '') return 'it';
  let place = '';
  let value = content;
  for (const segment of pointer.slice(1).split('/')) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) place += `[${key}]`;
    else place += `${place === '' ? '' : '.'}${schemaWords().has(key) ? key : '*'}`;
    value = (value as Record<string, unknown>)[key];
  }
  return place;
}

function ruleOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'type':
      return `must be ${[params['type']].flat().map(nameType).join(' or ')}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as string[]).join(', ')}`;
    case 'required':
      return `must have the member ${String(params['missingProperty'])}`;
    case 'minLength':
      return `must have at least ${String(params['limit'])} characters`;
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`;
    case 'minItems':
      return `must have at least ${String(params['limit'])} elements`;
    case 'maxItems':
      return `must have at most ${String(params['limit'])} elements`;
    case 'additionalProperties':
      return unknownMemberRule(String(params['additionalProperty']), error.parentSchema);
    default:
      return `fails the schema's rule ${error.keyword}`;
  }
}

function nameType(type: unknown): string {
  if (type === 'array') return 'a list';
  return type === 'object' ? 'an object' : `a ${String(type)}`;
}

function unknownMemberRule(member: string, schema: ErrorObject['parentSchema']): string {
  const known = Object.keys(schema?.['properties'] as object).join(', ');
  return standaloneCardMembers.has(member)
    ? `must not have the member ${member}, only ${known}`
    : `has a member that the schema does not know; it may have ${known}`;
}

let words: Set<string> | undefined;

/** The names of members that the schema defines: the keys that a message may repeat. */
function schemaWords(): Set<string> {
  words ??= new Set(memberNames(modelPackageCardSchema));
  return words;
}

function memberNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(memberNames)];
}
