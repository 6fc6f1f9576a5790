/**
 * The registry as rules over plain objects: what the property test holds the product to.
 *
 * It knows no database, no index, no pages and no wire; it is small because it is slow. Each rule is
 * one of registry.md or of docs/guide/extensions.md. Inputs are legal by their contract, enums
 * apart, so that only what a contract cannot say is decided here.
 */
import { testAccount } from '../support/test-app.ts';
import { Refused } from './model-words.ts';
import type { Json, Tag } from './model-words.ts';
import { checkExpression, fulfils, valueAt } from './model-search.ts';
import type { Expression } from './model-search.ts';

/** What a call is answered: an output, or an error. */
export type Answer =
  | { readonly output: Json | undefined }
  | { readonly code: string; readonly message: string };

/** What the journal must hold of a call that changed something or was refused. */
export interface Entry {
  readonly operation: string;
  readonly region: string;
  readonly errorCode: string | null;
}

interface Group {
  readonly region: string;
  readonly name: string;
  readonly created: number;
  readonly described: Json;
  tags: Tag[];
  policy: string | undefined;
  lastVersion: number;
  lastVersionAt: number;
}

interface Package {
  readonly region: string;
  readonly sequence: number;
  /** Absent in unversioned packages. */
  readonly group: Group | undefined;
  readonly version: number | undefined;
  /** An unversioned package's name, or a version's alias. */
  readonly ownName: string | undefined;
  readonly token: string | undefined;
  readonly request: string;
  readonly created: number;
  modified: number | undefined;
  approval: string | undefined;
  tags: Tag[];
  /** The members of Describe that are given or set, as they are. */
  members: Json;
}

const caller = {
  IamIdentity: { Arn: `arn:aws:iam::${testAccount}:root`, PrincipalId: testAccount },
};
const unchanged = Symbol('nothing changed');

/** The model: `call` answers as the product must, `entries` is what the journal must hold. */
export class Model {
  readonly entries: Entry[] = [];
  #groups: Group[] = [];
  #packages: Package[] = [];
  #sequence = 0;
  #region = '';
  #now = 0;

  /** Answers a call; lists answer everything, as their pages are the product's affair. */
  call(operation: string, input: Json, region: string, now: number): Answer {
    this.#region = region;
    this.#now = now;
    const note = (errorCode: string | null) => this.entries.push({ operation, region, errorCode });
    try {
      const { [operation]: run } = this.#operations;
      const output = run!(input as Record<string, string>);
      const isWrite = !/^(Describe|List|Get|Search|Batch)/.test(operation);
      const { [unchanged]: isSame = false, ...answer } = (output ?? {}) as {
        [unchanged]?: boolean;
      };
      if (isWrite && !isSame) note(null);
      return { output: output && answer };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      note(error.code);
      return { code: error.code, message: error.message };
    }
  }

  readonly #operations: Record<string, (input: Record<string, string>) => Json | undefined> = {
    CreateModelPackageGroup: (input) => this.#createGroup(input),
    DescribeModelPackageGroup: (input) => describeGroup(this.#requireGroup(input)),
    ListModelPackageGroups: (input) => this.#listGroups(input),
    DeleteModelPackageGroup: (input) => this.#deleteGroup(input),
    PutModelPackageGroupPolicy: (input) => this.#putPolicy(input),
    GetModelPackageGroupPolicy: (input) => ({ ResourcePolicy: this.#requirePolicy(input).policy }),
    DeleteModelPackageGroupPolicy: (input) => this.#deletePolicy(input),
    CreateModelPackage: (input) => this.#createPackage(input),
    DescribeModelPackage: (input) => describePackage(this.#requirePackage(input.ModelPackageName!)),
    BatchDescribeModelPackage: (input) => this.#batch(input),
    UpdateModelPackage: (input) => this.#updatePackage(input),
    DeleteModelPackage: (input) => this.#deletePackage(input),
    ListModelPackages: (input) => this.#listPackages(input),
    AddTags: (input) => this.#addTags(input),
    ListTags: (input) => ({ Tags: this.#requireTagged(input.ResourceArn!).tags }),
    DeleteTags: (input) => this.#deleteTags(input),
    Search: (input) => this.#search(input),
  };

  // Groups

  #createGroup(input: Json): Json {
    const { ModelPackageGroupName, Tags = [], ...described } = input;
    const name = String(ModelPackageGroupName);
    checkTags(Tags as Tag[]);
    const taken = this.#findGroup(name);
    if (taken) throw new Refused(`Model Package Group already exists: ${groupArn(taken)}`);
    const group: Group = {
      region: this.#region,
      name,
      created: this.#now,
      described,
      tags: Tags as Tag[],
      policy: undefined,
      lastVersion: 0,
      lastVersionAt: 0,
    };
    this.#groups.push(group);
    return { ModelPackageGroupArn: groupArn(group) };
  }

  #deleteGroup(input: Json): undefined {
    const group = this.#requireGroup(input);
    if (this.#packages.some((one) => one.group === group)) {
      throw new Refused(
        `ModelPackageGroup ${groupArn(group)} cannot be deleted because it contains model packages.`,
        'ConflictException',
      );
    }
    this.#groups = this.#groups.filter((one) => one !== group);
  }

  #listGroups(input: Json): Json {
    const groups = this.#groups
      .filter((one) => one.region === this.#region && passes(one.created, one.name, input))
      .sort(
        ordered(input, {
          Name: (one) => [lower(one.name)],
          CreationTime: (one) => [one.created, lower(one.name)],
        }),
      );
    return {
      ModelPackageGroupSummaryList: groups.map((group) => {
        const { CreatedBy: _, ...summary } = describeGroup(group);
        return summary;
      }),
    };
  }

  #putPolicy(input: Json): Json {
    const group = this.#requireGroupOfPolicy(input);
    const text = String(input['ResourcePolicy']);
    const { Statement: statement } = JSON.parse(text) as { Statement: { Resource: string } };
    if (statement.Resource !== groupArn(group)) {
      const versions = groupArn(group).replace('-group/', '/');
      throw new Refused(
        `Invalid policy provided: Statement 1: Resource '${statement.Resource}' must be ` +
          `${groupArn(group)} or ${versions}/*`,
      );
    }
    group.policy = text;
    return { ModelPackageGroupArn: groupArn(group) };
  }

  #deletePolicy(input: Json): undefined {
    this.#requirePolicy(input).policy = undefined;
  }

  #requireGroupOfPolicy(input: Json): Group {
    const name = String(input['ModelPackageGroupName']);
    const group = this.#findGroup(name);
    if (group) return group;
    const arn = arnOf(this.#region, `model-package-group/${name}`);
    throw new Refused(`Cannot find Model Package Group: ${arn}`);
  }

  #requirePolicy(input: Json): Group {
    const group = this.#requireGroupOfPolicy(input);
    if (group.policy !== undefined) return group;
    throw new Refused(`Cannot find resource policy for: ${groupArn(group)}`);
  }

  #findGroup(name: string): Group | undefined {
    return this.#groups.find(
      (one) => one.region === this.#region && lower(one.name) === lower(name),
    );
  }

  #resolveGroup(nameOrArn: unknown): { name: string; arn: string } {
    const { name, arn } = this.#resolve(String(nameOrArn), 'model-package-group');
    if (name === undefined) throw new Refused(`ModelPackageGroup ${arn} does not exist.`);
    return { name, arn };
  }

  #requireGroup({ ModelPackageGroupName: nameOrArn }: Json): Group {
    const { name, arn } = this.#resolveGroup(nameOrArn);
    const group = this.#findGroup(name);
    if (!group) throw new Refused(`ModelPackageGroup ${arn} does not exist.`);
    return group;
  }

  /** A name or ARN as a name of this region; undefined when the ARN is of another kind of thing. */
  #resolve(nameOrArn: string, type: string): { name: string | undefined; arn: string } {
    const [scheme, , , region, , resource] = nameOrArn.split(':');
    if (scheme !== 'arn') {
      return { name: nameOrArn, arn: arnOf(this.#region, `${type}/${nameOrArn}`) };
    }
    this.#checkRegion(region!);
    const isOfType = resource!.startsWith(`${type}/`);
    return { name: isOfType ? resource!.slice(type.length + 1) : undefined, arn: nameOrArn };
  }

  #checkRegion(region: string): void {
    if (region === this.#region) return;
    throw new Refused(`ARN should be scoped to correct region: ${this.#region}`);
  }

  // Packages

  #createPackage(input: Json): Json {
    const { ModelPackageName, ModelPackageGroupName, ModelApprovalStatus, Tags, ...rest } = input;
    const { ClientToken: token, ...members } = rest as { ClientToken?: string };
    const name = ModelPackageName as string | undefined;
    const groupName = ModelPackageGroupName as string | undefined;
    const target = groupName === undefined ? undefined : this.#resolveGroup(groupName);
    if (name === undefined && !target) throw new Refused('Missing ARN');
    checkTags((Tags ?? []) as Tag[]);
    checkContent(members, target !== undefined);
    const group = target && this.#findGroup(target.name);
    if (target && !group) throw new Refused(`ModelPackageGroup ${target.arn} does not exist.`);
    const request = canonical({ ...input, ClientToken: undefined });
    const earlier = this.#packages.find(
      (one) => token !== undefined && one.region === this.#region && one.token === token,
    );
    if (earlier && earlier.request === request) {
      return { ModelPackageArn: packageArn(earlier), [unchanged]: true };
    }
    if (earlier) {
      throw new Refused(
        `ClientToken '${token}' was used before with other parameters; ` +
          'use a new token for a new request.',
      );
    }
    const specification = this.#clonedSpecification(members);
    if (name !== undefined && this.#findPackage(name)) {
      const arn = arnOf(this.#region, `model-package/${name}`);
      throw new Refused(`ModelPackage already exists: ${arn}`);
    }
    if (ModelApprovalStatus === 'Archived') {
      throw new Refused("A model package cannot be created with ModelApprovalStatus 'Archived'.");
    }
    // A number is never given twice, and creation times in a group never run backwards.
    const created = group ? Math.max(this.#now, group.lastVersionAt) : this.#now;
    if (group) {
      group.lastVersion += 1;
      group.lastVersionAt = created;
    }
    const approval = ModelApprovalStatus ?? (group ? 'PendingManualApproval' : undefined);
    this.#sequence += 1;
    const made: Package = {
      region: this.#region,
      sequence: this.#sequence,
      group,
      version: group?.lastVersion,
      ownName: name,
      token,
      request,
      created,
      modified: undefined,
      approval: approval as string | undefined,
      tags: (Tags ?? []) as Tag[],
      members: { ...members, ...specification },
    };
    this.#packages.push(made);
    return { ModelPackageArn: packageArn(made) };
  }

  /** The specification of the package that SourceUri names by ARN. */
  #clonedSpecification({ SourceUri: uri }: Json): Json {
    if (typeof uri !== 'string' || !uri.startsWith('arn:')) return {};
    const { InferenceSpecification } = this.#requirePackage(uri).members;
    return InferenceSpecification === undefined ? {} : { InferenceSpecification };
  }

  /** The version of `group/3`, or the package of a name or alias. */
  #findPackage(name: string): Package | undefined {
    return this.#packages.find((one) => {
      if (one.region !== this.#region) return false;
      const full = one.group && `${one.group.name}/${one.version}`;
      return [full, one.ownName].some((own) => own !== undefined && lower(own) === lower(name));
    });
  }

  #resolvePackage(nameOrArn: string): { name: string; arn: string } {
    const { name, arn } = this.#resolve(nameOrArn, 'model-package');
    if (name === undefined) throw new Refused(`ModelPackage ${arn} does not exist.`);
    return { name, arn };
  }

  #requirePackage(nameOrArn: string): Package {
    const { name, arn } = this.#resolvePackage(nameOrArn);
    const found = this.#findPackage(name);
    if (!found) throw new Refused(`ModelPackage ${arn} does not exist.`);
    return found;
  }

  #batch(input: Json): Json {
    const summaries: Json = {};
    const errors: Json = {};
    for (const arn of input['ModelPackageArnList'] as string[]) {
      try {
        summaries[arn] = this.#batchSummary(arn);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        errors[arn] = { ErrorCode: error.code, ErrorResponse: error.message };
      }
    }
    return { ModelPackageSummaries: summaries, BatchDescribeModelPackageErrorMap: errors };
  }

  #batchSummary(arn: string): Json {
    const found = this.#requirePackage(arn);
    if (!found.group) throw new Refused(`ModelPackage ${arn} is not versioned.`);
    if (!found.members['InferenceSpecification']) {
      throw new Refused(
        `ModelPackage ${arn} has no InferenceSpecification, which this summary requires; ` +
          'use DescribeModelPackage.',
      );
    }
    return pick(describePackage(found), [
      ...['ModelPackageGroupName', 'ModelPackageVersion', 'ModelPackageArn', 'CreationTime'],
      ...['ModelPackageDescription', 'InferenceSpecification', 'ModelPackageStatus'],
      ...['ModelApprovalStatus', 'ModelPackageRegistrationType'],
    ]);
  }

  #updatePackage(input: Json): Json {
    const { ModelPackageArn: arn, ModelPackageName: name, ...changes } = input;
    if (arn !== undefined && name !== undefined) {
      throw new Refused('ModelPackageArn and ModelPackageName cannot be specified together.');
    }
    if (arn === undefined && name === undefined) {
      throw new Refused(
        "1 validation error detected: Value null at 'modelPackageArn' failed to satisfy " +
          'constraint: Member must not be null',
      );
    }
    const target = this.#resolvePackage(String(arn ?? name));
    checkContent(changes, true);
    const found = this.#requirePackage(target.arn);
    const answer = { ModelPackageArn: packageArn(found) };
    if (!found.group) {
      throw new Refused(
        `ModelPackage ${packageArn(found)} is not versioned; only versions can be updated.`,
      );
    }
    const next = updatedMembers(found.members, changes);
    const approval = changes['ModelApprovalStatus'] as string | undefined;
    if (found.approval === 'Archived' && (approval === 'Approved' || approval === 'Rejected')) {
      throw new Refused(
        `ModelApprovalStatus cannot change from 'Archived' to '${approval}': ` +
          "set it to 'PendingManualApproval' first, for a new review.",
      );
    }
    if (Object.keys(changes).length === 0) return { ...answer, [unchanged]: true };
    found.members = next;
    found.approval = approval ?? found.approval;
    found.modified = Math.max(this.#now, found.modified ?? found.created);
    return answer;
  }

  #deletePackage(input: Json): undefined {
    const found = this.#requirePackage(String(input['ModelPackageName']));
    this.#packages = this.#packages.filter((one) => one !== found);
  }

  #listPackages(input: Json): Json {
    const { ModelPackageGroupName: groupName, ModelApprovalStatus: approval } = input;
    const { ModelPackageType: type = groupName === undefined ? 'Unversioned' : 'Versioned' } =
      input;
    const target = groupName === undefined ? undefined : this.#resolveGroup(groupName);
    const packages = this.#packages
      .filter((one) => {
        const kind = one.group ? 'Versioned' : 'Unversioned';
        return (
          one.region === this.#region &&
          (type === 'Both' || type === kind) &&
          (!target || (one.group && lower(one.group.name) === lower(target.name))) &&
          (approval === undefined || one.approval === approval) &&
          passes(one.created, baseName(one), input)
        );
      })
      .sort(
        ordered(input, {
          Name: (one) => [lower(baseName(one)), one.version ?? 0],
          CreationTime: (one) => [one.created, one.sequence],
        }),
      );
    const summary = [
      ...['ModelPackageName', 'ModelPackageGroupName', 'ModelPackageVersion', 'ModelPackageArn'],
      ...['ModelPackageDescription', 'CreationTime', 'ModelPackageStatus', 'ModelApprovalStatus'],
      ...['ModelLifeCycle', 'ModelPackageRegistrationType'],
    ];
    return { ModelPackageSummaryList: packages.map((one) => pick(describePackage(one), summary)) };
  }

  // Tags

  #requireTagged(arn: string): Group | Package {
    const [, , , region, , resource = ''] = arn.split(':');
    this.#checkRegion(region!);
    const [type, ...rest] = resource.split('/');
    const name = rest.join('/');
    let found: Group | Package | undefined;
    if (type === 'model-package-group') found = this.#findGroup(name);
    if (type === 'model-package') found = this.#findPackage(name);
    if (!found) throw new Refused('Resource does not exist.');
    return found;
  }

  #addTags(input: Json): Json {
    const added = input['Tags'] as Tag[];
    this.#checkRegion(String(input['ResourceArn']).split(':')[3]!);
    checkTags(added);
    const resource = this.#requireTagged(String(input['ResourceArn']));
    const merged = new Map(resource.tags.map((tag) => [tag.Key, tag]));
    for (const tag of added) merged.set(tag.Key, tag);
    const isSame = JSON.stringify([...merged.values()]) === JSON.stringify(resource.tags);
    resource.tags = [...merged.values()];
    return { Tags: resource.tags, ...(isSame && { [unchanged]: true }) };
  }

  #deleteTags(input: Json): Json {
    const resource = this.#requireTagged(String(input['ResourceArn']));
    const left = resource.tags.filter((tag) => !(input['TagKeys'] as string[]).includes(tag.Key));
    const isSame = left.length === resource.tags.length;
    resource.tags = left;
    return isSame ? { [unchanged]: true } : {};
  }

  // Search

  #search(input: Json): Json {
    const resource = input['Resource'] as 'ModelPackage' | 'ModelPackageGroup';
    const expression = input['SearchExpression'] as Expression | undefined;
    const visibility = (input['VisibilityConditions'] ?? []) as Tag[];
    if (expression) checkExpression(expression, resource);
    const records =
      resource === 'ModelPackage'
        ? this.#packages.map((one) => ({
            region: one.region,
            record: { ...describePackage(one), Tags: effectiveTags(one) },
            time: one.modified ?? one.created,
            sequence: one.sequence,
          }))
        : this.#groups.map((one, index) => ({
            region: one.region,
            record: { ...describeGroup(one), Tags: one.tags },
            time: one.created,
            sequence: index,
          }));
    const found = records
      .filter(({ region, record }) => region === this.#region && fulfils(record, expression))
      .filter(({ record }) =>
        visibility.every(({ Key, Value }) => [undefined, Value].includes(valueAt(record, Key))),
      )
      .sort((a, b) => a.time - b.time || a.sequence - b.sequence);
    if (input['SortOrder'] !== 'Ascending') found.reverse();
    return {
      Results: found.map(({ record }) => ({ [resource]: record })),
      TotalHits: { Value: found.length, Relation: 'EqualTo' },
    };
  }
}

function lower(name: string): string {
  return name.toLowerCase();
}

function arnOf(region: string, resource: string): string {
  return `arn:aws:sagemaker:${region}:${testAccount}:${resource}`;
}

function groupArn(group: Group): string {
  return arnOf(group.region, `model-package-group/${group.name}`);
}

function packageArn(one: Package): string {
  return arnOf(one.region, `model-package/${fullName(one)}`);
}

function fullName(one: Package): string {
  return one.group ? `${one.group.name}/${one.version}` : one.ownName!;
}

/** The name that lists filter and sort by. */
function baseName(one: Package): string {
  return one.group?.name ?? one.ownName!;
}

function describeGroup(group: Group): Json {
  return {
    ModelPackageGroupName: group.name,
    ModelPackageGroupArn: groupArn(group),
    CreationTime: group.created / 1000,
    ModelPackageGroupStatus: 'Completed',
    CreatedBy: caller,
    ...group.described,
  };
}

function describePackage(one: Package): Json {
  return {
    ModelPackageName: one.ownName ?? fullName(one),
    ...(one.group && {
      ModelPackageGroupName: one.group.name,
      ModelPackageVersion: one.version,
    }),
    ModelPackageArn: packageArn(one),
    CreationTime: one.created / 1000,
    CreatedBy: caller,
    ...(one.modified !== undefined && {
      LastModifiedTime: one.modified / 1000,
      LastModifiedBy: caller,
    }),
    ModelPackageStatus: 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    ...(one.approval !== undefined && { ModelApprovalStatus: one.approval }),
    CertifyForMarketplace: false,
    SkipModelValidation: 'None',
    ...one.members,
  };
}

function pick(from: Json, members: readonly string[]): Json {
  return Object.fromEntries(Object.entries(from).filter(([member]) => members.includes(member)));
}

function checkTags(tags: readonly Tag[]): void {
  for (const [index, { Key }] of tags.entries()) {
    const isTwice = tags.findIndex((tag) => tag.Key === Key) < index;
    if (isTwice) throw new Refused(`Duplicate tag key '${Key}'.`);
    if (lower(Key).startsWith('aws:')) {
      throw new Refused(`Tag key '${Key}' may not begin with 'aws:'.`);
    }
  }
}

/** What specifications a package may be given: with a group either, without one exactly one. */
function checkContent(members: Json, isVersioned: boolean): void {
  const { InferenceSpecification: specification, SourceUri: source } = members;
  if (specification !== undefined && source !== undefined) {
    throw new Refused('InferenceSpecification and SourceUri cannot be specified together.');
  }
  if (isVersioned) return;
  if (source !== undefined) {
    throw new Refused('SourceUri cannot be specified when using non-versioned ModelPackages.');
  }
  if (specification === undefined) {
    throw new Refused(
      'InferenceSpecification or SourceAlgorithmSpecification must be specified when using ' +
        'non-versioned ModelPackages.',
    );
  }
}

/** The members after an update: metadata merged then removed, specifications added, others set. */
function updatedMembers(members: Json, changes: Json): Json {
  const {
    ModelApprovalStatus: _,
    CustomerMetadataProperties: upserts,
    CustomerMetadataPropertiesToRemove: removals,
    AdditionalInferenceSpecificationsToAdd: additions,
    ApprovalDescription: description,
    ...set
  } = changes;
  const next: Json = { ...members, ...set };
  if (description !== undefined) next['ApprovalDescription'] = description || undefined;
  if (upserts !== undefined || removals !== undefined) {
    const merged = { ...(members['CustomerMetadataProperties'] as Json), ...(upserts as Json) };
    for (const key of (removals ?? []) as string[]) delete merged[key];
    const isEmpty = Object.keys(merged).length === 0;
    next['CustomerMetadataProperties'] = isEmpty ? undefined : merged;
  }
  if (additions !== undefined) {
    const own = (members['AdditionalInferenceSpecifications'] ?? []) as { Name: string }[];
    const all = [...own, ...(additions as { Name: string }[])];
    for (const [index, { Name }] of all.entries()) {
      if (all.findIndex((one) => one.Name === Name) < index) {
        throw new Refused(`AdditionalInferenceSpecifications contain the name '${Name}' twice.`);
      }
    }
    next['AdditionalInferenceSpecifications'] = all;
  }
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
}

/** The filters that both lists have; times are exclusive. */
function passes(created: number, name: string, filters: Json): boolean {
  const { CreationTimeAfter: after, CreationTimeBefore: before, NameContains: part = '' } = filters;
  return (
    (after === undefined || created > Number(after) * 1000) &&
    (before === undefined || created < Number(before) * 1000) &&
    lower(name).includes(lower(String(part)))
  );
}

/** The order that a list asks for. */
function ordered<T>(
  { SortBy: by = 'CreationTime', SortOrder: order }: Json,
  keys: Record<string, (one: T) => (string | number)[]>,
): (a: T, b: T) => number {
  const key = keys[String(by)]!;
  return (a, b) => {
    const [first, second] = [key(a), key(b)];
    const at = first.findIndex((value, index) => value !== second[index]);
    if (at < 0) return 0;
    const isBefore = first[at]! < second[at]!;
    return isBefore === (order === 'Descending') ? 1 : -1;
  };
}

/** A version's tags are its own and its group's; its own win. */
function effectiveTags(one: Package): Tag[] {
  const keys = one.tags.map((tag) => tag.Key);
  return [...one.tags, ...(one.group?.tags ?? []).filter((tag) => !keys.includes(tag.Key))];
}

/** A request as text, whatever the order of its members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
