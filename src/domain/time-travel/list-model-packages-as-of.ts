import { ListModelPackagesAsOf } from '../../contracts/imprimatur-past.ts';
import type {
  ListModelPackagesAsOfInput,
  ModelPackageAsOf,
} from '../../contracts/imprimatur-past.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { Transaction } from '../../store/database.ts';
import { resolveGroup } from '../model-package-groups/model-package-group.ts';
import { targetGroup } from '../model-package-groups/model-package-group-target.ts';
import { versionsArn } from '../model-packages/model-package.ts';
import { operation } from '../operation.ts';
import type { ToldResource } from '../journal/told-resource.ts';
import { findNewestPrune } from '../sealing/prune-store.ts';
import { checkAsOf, missingThen, pastSummary, references, strictly } from './as-of.ts';
import {
  findBirth,
  findLastVersion,
  findSequence,
  pastTarget,
  requirePastLife,
  tellResource,
  versionArn,
} from './as-of-store.ts';

/** Lists the versions that a group had, the newest first; also those that are gone. */
export const listPackagesAsOf = operation(ListModelPackagesAsOf, {
  effect: 'read',
  resource: (input, call) => resolveGroup(input.ModelPackageGroupName, call).arn,
  check: (input) => checkAsOf(input),
  async find(input, context) {
    const target = await targetGroup(context, input.ModelPackageGroupName);
    if ('missing' in target) return pastTarget(context.tx, target);
    // As in ListModelPackages, leave to see all versions is leave to list them.
    return pastTarget(context.tx, { ...target, otherArn: versionsArn(target.found, context.call) });
  },
  async run(input, context) {
    const { tx, call } = context;
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const { arn } = resolveGroup(input.ModelPackageGroupName, call);
    const binding = ['ListModelPackagesAsOf', call.accountId, call.region, filters];
    const position = parsePageToken(NextToken, binding, ['number', 'number', 'number']);
    const walk = position ? walkFrom(arn, position.map(Number)) : await newWalk(tx, arn, input);
    await requirePastLife(context, arn, walk.uptoSeq);
    const wanted = input.ModelApprovalStatus;
    const found: ModelPackageAsOf[] = [];
    let entries = 0;
    while (walk.version > 0 && found.length < limit && entries < limits.asOfPageEntriesMax) {
      for (const { told, entries: read } of await nextVersions(tx, walk)) {
        if (found.length === limit) break;
        walk.version -= 1;
        // A look counts too: nothing keeps a caller from writing a token with a version of its own.
        entries += Math.max(read, 1);
        if (!told.members) continue;
        if (wanted !== undefined && told.members['ModelApprovalStatus'] !== wanted) continue;
        found.push(versionAsOf(told, call.strictAws));
      }
    }
    const { uptoSeq, fromSeq, version } = walk;
    return {
      ModelPackages: found,
      AsOfSequence: uptoSeq,
      ...(version > 0 && { NextToken: formatPageToken([uptoSeq, fromSeq, version], binding) }),
    };
  },
});

/** A walk down the versions of one life of a group. */
interface Walk {
  readonly groupArn: string;
  readonly uptoSeq: number;
  /** Of the entry that created the group. */
  readonly fromSeq: number;
  /** The next version to look at; 0 at the end. */
  version: number;
}

/** The moment is found once: all pages of a list are of the same state. */
async function newWalk(
  tx: Transaction,
  groupArn: string,
  input: ListModelPackagesAsOfInput,
): Promise<Walk> {
  const uptoSeq = await findSequence(tx, groupArn, input);
  const fromSeq = await findBirth(tx, groupArn, uptoSeq);
  if (fromSeq === undefined) {
    throw missingThen('ModelPackageGroup', groupArn, uptoSeq, await findNewestPrune(tx));
  }
  const version = await findLastVersion(tx, groupArn, { fromSeq, uptoSeq });
  return { groupArn, uptoSeq, fromSeq, version };
}

function walkFrom(groupArn: string, position: number[]): Walk {
  const [uptoSeq, fromSeq, version] = position as [number, number, number];
  return { groupArn, uptoSeq, fromSeq, version };
}

/** What the next few versions of a walk were, the highest first. */
function nextVersions(
  tx: Transaction,
  walk: Walk,
): Promise<{ told: ToldResource; entries: number }[]> {
  const count = Math.min(walk.version, limits.asOfVersionsAtOnce);
  const versions = Array.from({ length: count }, (_, index) => walk.version - index);
  return Promise.all(
    versions.map((version) => tellResource(tx, versionArn(walk.groupArn, version), walk)),
  );
}

function versionAsOf(told: ToldResource, strictAws: boolean): ModelPackageAsOf {
  const members = strictAws ? strictly(told.members!) : told.members!;
  const summary = pastSummary(members) as unknown as ModelPackageAsOf['ModelPackage'];
  return { ModelPackage: summary, ...references(told) };
}
