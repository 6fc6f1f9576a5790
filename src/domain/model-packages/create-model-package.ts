import { CreateModelPackage } from '../../contracts/sagemaker.gen.ts';
import type { CreateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { requireAccess } from '../access/require-access.ts';
import { missingGroup, resolveGroup } from '../model-package-groups/model-package-group.ts';
import { findGroup, takeNextVersion } from '../model-package-groups/model-package-group-store.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { sagemakerArn } from '../resource-reference.ts';
import { firstApprovalStatus } from './approval.ts';
import { checkModelCard } from './model-package-card.ts';
import { stateChange } from './model-package-events.ts';
import {
  findPackage,
  findPackageByToken,
  insertPackage,
  requirePackage,
} from './model-package-store.ts';
import { modelPackageArn, resolvePackage } from './model-package.ts';
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
  async run(input, { tx, call, journal }) {
    // The name before the token: a call with the same token may take both between the two looks.
    const taken = await takenName(tx, input, call);
    const earlier = await repeated(tx, input, call);
    if (earlier) {
      journal.unchanged();
      return { ModelPackageArn: modelPackageArn(earlier, call.partition) };
    }
    const document = newDocument(input, call);
    const cloned = await clonedSpecification(tx, input.SourceUri, call);
    if (cloned) document.InferenceSpecification = cloned;
    if (taken) throw taken;
    const row = await insertPackage(tx, {
      ...(await takeName(tx, input, call)),
      status: 'Completed',
      last_modified_at: null,
      client_token: input.ClientToken ?? null,
      request_hash: input.ClientToken === undefined ? null : requestHash(input),
      tags: JSON.stringify(input.Tags ?? []),
      document: JSON.stringify(document),
    });
    const arn = modelPackageArn(row, call.partition);
    journal.record({
      resourceArn: arn,
      after: assignedMembers(row, document, cloned),
      events: [stateChange(row, call)],
    });
    return { ModelPackageArn: arn };
  },
});

/** Authorization is asked about the package to be, whose version nobody knows yet. */
function newPackageArn(input: CreateModelPackageInput, call: Call): string {
  const { ModelPackageGroupName: group, ModelPackageName: name } = input;
  if (group === undefined)
    return sagemakerArn(call, call.partition, `model-package/${name ?? '*'}`);
  const reference = resolveGroup(group, call);
  return sagemakerArn(reference, call.partition, `model-package/${reference.name}/*`);
}

/** The package that an earlier call with the same ClientToken and content registered. */
async function repeated(
  tx: Transaction,
  input: CreateModelPackageInput,
  call: Call,
): Promise<ModelPackageRow | undefined> {
  if (input.ClientToken === undefined) return undefined;
  const earlier = await findPackageByToken(tx, call, input.ClientToken);
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

/** Takes the group's next version number, or the unversioned name, and an alias if one is given. */
async function takeName(
  tx: Transaction,
  input: CreateModelPackageInput,
  call: Call,
): Promise<Identity> {
  const { ModelPackageGroupName: groupName, ModelPackageName: name } = input;
  if (groupName === undefined) {
    return {
      account_id: call.accountId,
      region: call.region,
      type: 'Unversioned',
      group_id: null,
      name: name!,
      version: null,
      alias: null,
      approval_status: input.ModelApprovalStatus
        ? firstApprovalStatus(input.ModelApprovalStatus)
        : null,
      created_at: call.now,
      modified_at: call.now,
    };
  }
  const reference = resolveGroup(groupName, call);
  const group = await findGroup(tx, reference, reference.name);
  if (!group) throw missingGroup(reference.arn);
  const { version, createdAt } = await takeNextVersion(tx, group.id, call.now);
  return {
    account_id: group.account_id,
    region: group.region,
    type: 'Versioned',
    group_id: group.id,
    name: group.name,
    version,
    alias: name ?? null,
    approval_status: firstApprovalStatus(input.ModelApprovalStatus),
    created_at: createdAt,
    modified_at: createdAt,
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
  tx: Transaction,
  sourceUri: string | undefined,
  call: Call,
): Promise<ModelPackageDocument['InferenceSpecification']> {
  const arn = sourceUri === undefined ? undefined : parseArn(sourceUri);
  if (arn?.service !== 'sagemaker' || !arn.resource.startsWith('model-package/')) return undefined;
  const reference = resolvePackage(sourceUri!, call);
  requireAccess(call, reference.arn);
  const source = await requirePackage(tx, reference, call);
  return (JSON.parse(source.document) as ModelPackageDocument).InferenceSpecification;
}

/** What the registry decided beyond the request, and what the journal's request hides. */
function assignedMembers(
  row: ModelPackageRow,
  document: ModelPackageDocument,
  cloned: ModelPackageDocument['InferenceSpecification'],
): Record<string, unknown> {
  return {
    ...(row.version !== null && { ModelPackageVersion: row.version }),
    ...(row.approval_status !== null && { ModelApprovalStatus: row.approval_status }),
    ModelPackageStatus: row.status,
    CreationTime: row.created_at,
    CreatedBy: document.CreatedBy,
    ...(document.ModelCard && { ModelCard: document.ModelCard }),
    ...(cloned && { InferenceSpecification: cloned }),
  };
}
