import { limits } from '../../kernel/limits.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type {
  AdditionalInferenceSpecificationDefinition,
  ModelApprovalStatus,
  UpdateModelPackageInput,
} from '../../contracts/sagemaker.gen.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { userContext } from '../user-context.ts';
import { checkApprovalMove } from './approval.ts';
import { checkSpecifications } from './inference-specification.ts';
import { mergeModelCard } from './model-package-card.ts';
import type { ModelPackageDocument } from './model-package.ts';

/** An update worked out: the row after it, and what changed, member by member. */
export interface PlannedUpdate {
  readonly row: ModelPackageRow;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  /** The members that the caller set, as UpdatedModelPackageFields spells them. */
  readonly fields: readonly string[];
}

/**
 * Works out what an update makes of a package; undefined when it names no member to change.
 *
 * Members that are absent keep their values; CustomerMetadataProperties are merged by key, then
 * CustomerMetadataPropertiesToRemove go; lists of specifications only grow (registry.md section 8).
 */
export function planUpdate(
  row: ModelPackageRow,
  input: UpdateModelPackageInput,
  call: Call,
): PlannedUpdate | undefined {
  const current = JSON.parse(row.document) as ModelPackageDocument;
  const changes = changedMembers(current, input);
  const approval = changedApproval(row, input, call);
  if (Object.keys(changes).length === 0 && approval === undefined) return undefined;
  const document: ModelPackageDocument = {
    ...withChanges(current, changes),
    LastModifiedBy: userContext(call.principal),
  };
  const before: Record<string, unknown> = pickMembers(current, Object.keys(changes));
  const after: Record<string, unknown> = pickMembers(document, Object.keys(changes));
  if (approval !== undefined) {
    before['ModelApprovalStatus'] = row.approval_status;
    after['ModelApprovalStatus'] = approval;
  }
  // A clock that has gone back must not make the latest change look like an earlier one.
  const modifiedAt = Math.max(call.now, row.modified_at);
  return {
    row: {
      ...row,
      approval_status: approval ?? row.approval_status,
      last_modified_at: modifiedAt,
      modified_at: modifiedAt,
      document: formatGrown(document, row.document.length),
    },
    before,
    after,
    fields: [...(approval === undefined ? [] : ['ModelApprovalStatus']), ...fieldNames(changes)],
  };
}

/**
 * The document as text. A creation is bounded by its request; update upon update could grow a
 * package without end, so one that adds to it is refused beyond limits.documentCharactersMax.
 */
function formatGrown(document: ModelPackageDocument, lengthBefore: number): string {
  const text = JSON.stringify(document);
  const most = limits.documentCharactersMax;
  if (text.length > most && text.length > lengthBefore + updateTraceCharactersMax) {
    refuseInvalid(
      `InferenceSpecification and AdditionalInferenceSpecifications make the model package ` +
        `${text.length} characters large; at most ${most} are kept.`,
    );
  }
  return text;
}

/** Room for what every update leaves: a review must never fail for want of it. */
const updateTraceCharactersMax = 4096;

/** Members of the document that change; undefined stands for one that goes. */
type Changes = {
  [Member in keyof ModelPackageDocument]?: ModelPackageDocument[Member] | undefined;
};

function changedMembers(current: ModelPackageDocument, input: UpdateModelPackageInput): Changes {
  const changes: Changes = {};
  for (const member of ['InferenceSpecification', 'SourceUri', 'ModelLifeCycle'] as const) {
    if (input[member] !== undefined) Object.assign(changes, { [member]: input[member] });
  }
  if (input.ModelPackageRegistrationType !== undefined) {
    changes.ModelPackageRegistrationType = input.ModelPackageRegistrationType;
  }
  if (input.ApprovalDescription !== undefined) {
    changes.ApprovalDescription = input.ApprovalDescription || undefined;
  }
  if (input.CustomerMetadataProperties ?? input.CustomerMetadataPropertiesToRemove) {
    changes.CustomerMetadataProperties = mergedMetadata(current, input);
  }
  if (input.AdditionalInferenceSpecificationsToAdd) {
    changes.AdditionalInferenceSpecifications = extended(
      current.AdditionalInferenceSpecifications ?? [],
      input.AdditionalInferenceSpecificationsToAdd,
    );
  }
  if (input.ModelCard) changes.ModelCard = mergeModelCard(current.ModelCard, input.ModelCard);
  return changes;
}

function changedApproval(
  row: ModelPackageRow,
  { ModelApprovalStatus: to }: UpdateModelPackageInput,
  call: Call,
): ModelApprovalStatus | undefined {
  if (to === undefined) return undefined;
  const from = (row.approval_status ?? 'PendingManualApproval') as ModelApprovalStatus;
  // Strict mode does not know Archived, so a version that is in it may leave as from any other.
  if (!call.strictAws) checkApprovalMove(from, to);
  return to;
}

function mergedMetadata(
  current: ModelPackageDocument,
  input: UpdateModelPackageInput,
): Record<string, string> | undefined {
  const merged = new Map(Object.entries(current.CustomerMetadataProperties ?? {}));
  for (const [key, value] of Object.entries(input.CustomerMetadataProperties ?? {})) {
    merged.set(key, value);
  }
  for (const key of input.CustomerMetadataPropertiesToRemove ?? []) merged.delete(key);
  const most = limits.customerMetadataEntriesMax;
  if (merged.size > most) {
    refuseInvalid(
      `CustomerMetadataProperties may have at most ${most} entries; ` +
        `the update would make them ${merged.size}.`,
    );
  }
  return merged.size === 0 ? undefined : Object.fromEntries(merged);
}

function extended(
  current: readonly AdditionalInferenceSpecificationDefinition[],
  added: readonly AdditionalInferenceSpecificationDefinition[],
): AdditionalInferenceSpecificationDefinition[] {
  const all = [...current, ...added];
  checkSpecifications({ AdditionalInferenceSpecifications: all });
  const most = limits.additionalInferenceSpecificationsMax;
  if (all.length > most) {
    refuseInvalid(
      `AdditionalInferenceSpecifications may be at most ${most} in total; ` +
        `the update would make them ${all.length}.`,
    );
  }
  return all;
}

function withChanges(current: ModelPackageDocument, changes: Changes): ModelPackageDocument {
  const next: Record<string, unknown> = { ...current };
  for (const [member, value] of Object.entries(changes)) {
    if (value === undefined) delete next[member];
    else next[member] = value;
  }
  return next as unknown as ModelPackageDocument;
}

function pickMembers(
  document: ModelPackageDocument,
  members: readonly string[],
): Record<string, unknown> {
  const all = Object.entries(document);
  return Object.fromEntries(all.filter(([member]) => members.includes(member)));
}

/** AWS spells one of the names its own way (events.md section 1.3). */
function fieldNames(changes: Changes): string[] {
  return Object.keys(changes).map((member) => (member === 'SourceUri' ? 'sourceUri' : member));
}
