/**
 * The registry as it would be if it did one call at a time: a family of groups that share their
 * aliases and tokens. What it answers is told in a word, as clients compare it.
 */
import type { Model, State } from '../support/linearizable.ts';

/** A version by its number or by its alias. */
export type Reference =
  | { readonly group: string; readonly version: number }
  | { readonly alias: string };

type Texts = Readonly<Record<string, string>>;

/** A call, without what the registry does not reason about. */
export type RegistryCall =
  | { readonly kind: 'createGroup' | 'deleteGroup' | 'list'; readonly group: string }
  | {
      readonly kind: 'create';
      readonly group: string;
      readonly alias?: string;
      readonly token?: string;
      readonly status: string;
      readonly metadata: Texts;
    }
  | {
      readonly kind: 'update';
      readonly reference: Reference;
      readonly status?: string;
      readonly set: Texts;
      readonly remove: readonly string[];
    }
  | { readonly kind: 'describe' | 'delete'; readonly reference: Reference }
  | { readonly kind: 'tag'; readonly target: Target; readonly set: Texts }
  | { readonly kind: 'untag'; readonly target: Target; readonly key: string }
  | { readonly kind: 'tags'; readonly target: Target };

/** What has tags. */
export type Target = Reference | { readonly group: string };

interface Version {
  alias: string | null;
  token: string | null;
  /** The call that the token came with. */
  request: string | null;
  status: string;
  metadata: Texts;
  tags: Texts;
}

interface Group {
  last: number;
  tags: Texts;
  versions: Record<string, Version>;
}

type Family = Record<string, Group>;

/** A family of groups at a moment. */
export interface FamilyState extends State {
  readonly value: Family;
}

/** Items of a page: what a list answers of a longer one. */
export const listedMax = 100;

const nothing: FamilyState = { key: '{}', value: {} };

/** A family of groups, none of which exists yet. */
export const registryModel: Model<RegistryCall, FamilyState> = {
  initial: nothing,
  isRead: ({ kind }) => kind === 'describe' || kind === 'list' || kind === 'tags',
  apply(state, call) {
    const read = answerOf(state.value, call);
    if (read !== undefined) return { state, output: read };
    const value = JSON.parse(state.key) as Family;
    const output = change(value, call);
    const key = JSON.stringify(Object.fromEntries(Object.entries(value).sort(byName)));
    return { state: { key, value }, output };
  },
};

/** The version's description, as clients compare it. */
export function describedAs(name: string, status: string, metadata: Texts): string {
  return `${name} ${status} ${told(metadata)}`;
}

/** The list of a group's versions with their statuses, the newest first. */
export function listedAs(versions: readonly (readonly [number | string, string])[]): string {
  return versions.map(([version, status]) => `${version} ${status}`).join(', ');
}

/** Texts in an order of their own. */
export function told(texts: Texts): string {
  return JSON.stringify(Object.entries(texts).sort(byName));
}

/** What a call is answered that changes nothing; undefined when it changes something. */
function answerOf(family: Family, call: RegistryCall): string | undefined {
  switch (call.kind) {
    case 'describe': {
      const found = find(family, call.reference);
      if (!found) return 'missing';
      return describedAs(found.name, found.version.status, found.version.metadata);
    }
    case 'list':
      return list(family[call.group]);
    case 'tags': {
      const tagged = tagsOf(family, call.target);
      return tagged ? told(tagged.tags) : 'missing';
    }
    case 'createGroup':
      return family[call.group] ? 'exists' : undefined;
    case 'deleteGroup':
      return whyKept(family[call.group]);
    case 'create':
      return whyNotCreated(family, call);
    case 'update':
      return whyNotUpdated(family, call);
    case 'delete':
      return find(family, call.reference) ? undefined : 'missing';
    case 'tag':
    case 'untag':
      return tagsOf(family, call.target) ? undefined : 'missing';
  }
}

function change(family: Family, call: RegistryCall): string {
  switch (call.kind) {
    case 'createGroup':
      family[call.group] = { last: 0, tags: {}, versions: {} };
      return 'ok';
    case 'deleteGroup':
      delete family[call.group];
      return 'ok';
    case 'create':
      return create(family, call);
    case 'update': {
      const { name, version } = find(family, call.reference)!;
      version.metadata = merged(version.metadata, call.set, call.remove);
      version.status = call.status ?? version.status;
      return name;
    }
    case 'delete': {
      const { group, number } = find(family, call.reference)!;
      delete group.versions[number];
      return 'ok';
    }
    case 'tag': {
      const tagged = tagsOf(family, call.target)!;
      tagged.tags = merged(tagged.tags, call.set, []);
      return told(tagged.tags);
    }
    case 'untag': {
      const tagged = tagsOf(family, call.target)!;
      tagged.tags = merged(tagged.tags, {}, [call.key]);
      return 'ok';
    }
    default:
      throw new Error(`${call.kind} changes nothing`);
  }
}

type Creation = Extract<RegistryCall, { kind: 'create' }>;

function create(family: Family, call: Creation): string {
  const group = family[call.group]!;
  group.last += 1;
  const isRepeatable = call.token !== undefined;
  group.versions[group.last] = {
    alias: call.alias ?? null,
    token: call.token ?? null,
    request: isRepeatable ? JSON.stringify(call) : null,
    status: call.status,
    metadata: call.metadata,
    tags: {},
  };
  return `${call.group}/${group.last}`;
}

function whyNotCreated(family: Family, call: Creation): string | undefined {
  const { token, alias } = call;
  if (!family[call.group]) return 'missing';
  const earlier =
    token === undefined ? undefined : search(family, (version) => version.token === token);
  if (earlier) return earlier.version.request === JSON.stringify(call) ? earlier.name : 'misused';
  return alias !== undefined && find(family, { alias }) ? 'exists' : undefined;
}

function whyNotUpdated(
  family: Family,
  { reference, status }: Extract<RegistryCall, { kind: 'update' }>,
): string | undefined {
  const found = find(family, reference);
  if (!found) return 'missing';
  const isMoved = found.version.status === 'Archived' && status !== undefined;
  return isMoved && !['Archived', 'PendingManualApproval'].includes(status) ? 'illegal' : undefined;
}

function whyKept(group: Group | undefined): string | undefined {
  if (!group) return 'missing';
  return Object.keys(group.versions).length > 0 ? 'conflict' : undefined;
}

function list(group: Group | undefined): string {
  // A list of a group that is not there is empty.
  const versions = Object.entries(group?.versions ?? {}).map(
    ([version, { status }]) => [version, status] as const,
  );
  return listedAs(versions.reverse().slice(0, listedMax));
}

interface Found {
  readonly name: string;
  readonly group: Group;
  readonly number: string;
  readonly version: Version;
}

function find(family: Family, reference: Reference): Found | undefined {
  if ('alias' in reference) return search(family, ({ alias }) => alias === reference.alias);
  const number = String(reference.version);
  const group = family[reference.group];
  const version = group?.versions[number];
  return version && { name: `${reference.group}/${number}`, group, number, version };
}

function search(family: Family, isWanted: (version: Version) => boolean): Found | undefined {
  for (const [groupName, group] of Object.entries(family)) {
    for (const [number, version] of Object.entries(group.versions)) {
      if (isWanted(version)) return { name: `${groupName}/${number}`, group, number, version };
    }
  }
  return undefined;
}

function tagsOf(family: Family, target: Target): { tags: Texts } | undefined {
  if ('group' in target && !('version' in target)) return family[target.group];
  return find(family, target)?.version;
}

/** Texts with some set and some removed, in an order that does not tell which came first. */
function merged(texts: Texts, set: Texts, remove: readonly string[]): Texts {
  const entries = Object.entries({ ...texts, ...set }).filter(([key]) => !remove.includes(key));
  return Object.fromEntries(entries.sort(byName));
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
