import { CreateModelPackage } from '../../contracts/sagemaker.gen.ts';
import type { CreateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow, ModelPackageRow } from '../../store/tables.ts';
import {
  groupScope,
  missingGroup,
  modelPackageGroupArn,
  resolveGroup,
} from '../model-package-groups/model-package-group.ts';
import { seeGroup, takeNextVersion } from '../model-package-groups/model-package-group-store.ts';
import { groupAccess } from '../model-package-groups/model-package-group-target.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import type { Call } from '../call.ts';
import { sagemakerArn } from '../resource-reference.ts';
import type { Scope } from '../resource-reference.ts';
import { firstApprovalStatus } from './approval.ts';
import { checkModelCard } from './model-package-card.ts';
import { stateChange } from './model-package-events.ts';
import { findPackage, findPackageByToken, insertPackage } from './model-package-store.ts';
import { targetPackage } from './model-package-target.ts';
import { modelPackageArn, resolvePackage, versionsArn } from './model-package.ts';
import type { ModelPackageDocument } from './model-package.ts';
import { checkNewModelPackage, newDocument, requestHash } from './new-model-package.ts';

/** Registers the next version of a group, or an unversioned package under its own name. */
export const createModelPackage = operation(CreateModelPackage, {
  effect: 'write',
  resource: newPackageArn,
  async check(input, call) {
    checkNewModelPackage(input, call);
    if (input.ModelCard) await checkModelCard(input.ModelCard);
  },
  async find(input, { tx, call }) {
    const { ModelPackageGroupName: groupName } = input;
    const arn = newPackageArn(input, call);
    if (groupName === undefined) return { arn, found: undefined };
    const reference = resolveGroup(groupName, call);
    const group = await seeGroup(tx, reference, reference.name);
    if (!group) return { arn, missing: missingGroup(reference.arn) };
    return { ...groupAccess(group, call.partition), arn: versionsArn(group, call), found: group };
  },
  async run(input, context) {
    const { tx, call, journal, found: group } = context;
    const scope = group ? groupScope(group) : call;
    // The name before the token: a call with the same token may take both between the two looks.
    const taken = await takenName(tx, input, { ...call, ...scope });
    const token = keptToken(input, scope, call);
    const earlier = await repeated(tx, input, scope, token);
    if (earlier) {
      journal.unchanged();
      return { ModelPackageArn: modelPackageArn(earlier, call.partition) };
    }
    const document = newDocument(input, call);
    const cloned = await clonedSpecification(input.SourceUri, context);
    if (cloned) document.InferenceSpecification = cloned;
    if (taken) throw taken;
    const row = await insertPackage(tx, {
      ...(group ? await takeVersion(input, group, context) : unversioned(input, call)),
      status: 'Completed',
      last_modified_at: null,
      client_token: token ?? null,
      request_hash: token === undefined ? null : requestHash(input),
      tags: JSON.stringify(input.Tags ?? []),
      document: JSON.stringify(document),
    });
    const arn = modelPackageArn(row, call.partition);
    journal.record({
      resourceArn: arn,
      after: assignedMembers(row, document, input),
      events: [stateChange(row, call)],
    });
    return { ModelPackageArn: arn };
  },
});

/** What authorization is asked about: the version to be has no number yet. */
function newPackageArn(input: CreateModelPackageInput, call: Call): string {
  const { ModelPackageGroupName: group, ModelPackageName: name } = input;
  if (group === undefined)
    return sagemakerArn(call, call.partition, `model-package/${name ?? '*'}`);
  const reference = resolveGroup(group, call);
  return sagemakerArn(reference, call.partition, `model-package/${reference.name}/*`);
}

/**
 * A token as it is kept: that of another account is none of the owner's, lest they meet.
 */
function keptToken(
  { ClientToken: token }: CreateModelPackageInput,
  { accountId: ownerId }: Scope,
  { accountId }: Call,
): string | undefined {
  return token === undefined || accountId === ownerId ? token : `${accountId}:${token}`;
}

/** The package that an earlier call with the same ClientToken and content registered. */
async function repeated(
  tx: Transaction,
  input: CreateModelPackageInput,
  scope: Scope,
  token: string | undefined,
): Promise<ModelPackageRow | undefined> {
  if (token === undefined) return undefined;
  const earlier = await findPackageByToken(tx, scope, token);
  if (earlier && earlier.request_hash !== requestHash(input)) {
    refuseInvalid(
      `ClientToken '${input.ClientToken}' was used before with other parameters; ` +
        'use a new token for a new request.',
    );
  }
  return earlier;
}

type Identity = Omit<
  ModelPackageRow,
  'id' | 'status' | 'last_modified_at' | 'client_token' | 'request_hash' | 'tags' | 'document'
>;

/** Takes the group's next version number, and an alias if one is given. */
async function takeVersion(
  { ModelPackageName: alias, ModelApprovalStatus: approval }: CreateModelPackageInput,
  group: ModelPackageGroupRow,
  { tx, call, access }: OperationContext,
): Promise<Identity> {
  const taken = await takeNextVersion(tx, group.id, call.now);
  // Deleted since it was looked at.
  if (!taken) throw missingGroup(modelPackageGroupArn(group, call.partition));
  const { version, createdAt, ...guards } = taken;
  const isAsSeen = (['policy', 'share_policy', 'tags'] as const).every(
    (column) => guards[column] === group[column],
  );
  // The group was not locked, lest registrations wait for one another: ask again if it changed.
  if (!isAsSeen) {
    const changed = groupAccess({ ...group, ...guards }, call.partition);
    access.require({ ...changed, arn: versionsArn(group, call) });
  }
  return {
    account_id: group.account_id,
    region: group.region,
    type: 'Versioned',
    group_id: group.id,
    name: group.name,
    version,
    alias: alias ?? null,
    approval_status: firstApprovalStatus(approval),
    created_at: createdAt,
    modified_at: createdAt,
  };
}

/** An unversioned package is known by its name alone. */
function unversioned(
  { ModelPackageName: name, ModelApprovalStatus: approval }: CreateModelPackageInput,
  call: Call,
): Identity {
  return {
    account_id: call.accountId,
    region: call.region,
    type: 'Unversioned',
    group_id: null,
    name: name!,
    version: null,
    alias: null,
    approval_status: approval ? firstApprovalStatus(approval) : null,
    created_at: call.now,
    modified_at: call.now,
  };
}

/** The refusal of a name or an alias that another package has. */
async function takenName(
  tx: Transaction,
  { ModelPackageName: name }: CreateModelPackageInput,
  call: Call,
): Promise<Refusal | undefined> {
  if (name === undefined) return undefined;
  const reference = resolvePackage(name, call);
  if (!(await findPackage(tx, reference))) return undefined;
  return new Refusal('exists', `ModelPackage already exists: ${reference.arn}`);
}

/** The specification of the package that SourceUri names by ARN; other URIs are only kept. */
async function clonedSpecification(
  sourceUri: string | undefined,
  context: OperationContext,
): Promise<ModelPackageDocument['InferenceSpecification']> {
  const arn = sourceUri === undefined ? undefined : parseArn(sourceUri);
  if (arn?.service !== 'sagemaker' || !arn.resource.startsWith('model-package/')) return undefined;
  const source = await targetPackage(context, resolvePackage(sourceUri!, context.call));
  context.access.require(source, 'DescribeModelPackage');
  if ('missing' in source) throw source.missing;
  return (JSON.parse(source.found.document) as ModelPackageDocument).InferenceSpecification;
}

/**
 * What the registry decided beyond the request, and what the journal's request hides: whoever reads
 * the entry needs nothing else to know the package.
 */
function assignedMembers(
  row: ModelPackageRow,
  document: ModelPackageDocument,
  input: CreateModelPackageInput,
): Record<string, unknown> {
  const given: Record<string, unknown> = { ...input, ModelCard: undefined };
  const decided = Object.entries(document).filter(([name, value]) => value !== given[name]);
  return {
    ...(row.version !== null && { ModelPackageVersion: row.version }),
    ...(row.approval_status !== null && { ModelApprovalStatus: row.approval_status }),
    ModelPackageStatus: row.status,
    CreationTime: row.created_at,
    ...Object.fromEntries(decided),
  };
}
