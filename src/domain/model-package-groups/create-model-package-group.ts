import { CreateModelPackageGroup } from '../../contracts/sagemaker.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { modelPackageGroupProperties } from '../search/search-properties.ts';
import { replaceSearchProperties } from '../search/search-property-store.ts';
import { checkTags } from '../tags/tag-list.ts';
import { userContext } from '../user-context.ts';
import { groupEvents } from './model-package-group-events.ts';
import { modelPackageGroupArn, ownGroupArn } from './model-package-group.ts';
import type { ModelPackageGroupDocument } from './model-package-group.ts';
import { findGroup, insertGroup } from './model-package-group-store.ts';

/** Creates a group; its name is unique in account and region, whatever its case. */
export const createModelPackageGroup = operation(CreateModelPackageGroup, {
  effect: 'write',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  check: (input) => checkTags(input.Tags ?? []),
  async run(input, { tx, call, journal }) {
    const { ModelPackageGroupName: name, Tags: tags = [], ...given } = input;
    const taken = await findGroup(tx, call, name);
    if (taken) {
      const arn = modelPackageGroupArn(taken, call.partition);
      throw new Refusal('exists', `Model Package Group already exists: ${arn}`);
    }
    const document: ModelPackageGroupDocument = {
      CreatedBy: userContext(call.principal),
      ...given,
    };
    const group = {
      account_id: call.accountId,
      region: call.region,
      name,
      created_at: call.now,
      tags: JSON.stringify(tags),
      document: JSON.stringify(document),
    };
    const id = await insertGroup(tx, group);
    await replaceSearchProperties(
      tx,
      { ...call, resource: 'ModelPackageGroup', resourceId: id },
      undefined,
      { modifiedAt: call.now, properties: modelPackageGroupProperties(tags) },
    );
    const arn = ownGroupArn(name, call);
    journal.record({
      resourceArn: arn,
      after: {
        ModelPackageGroupStatus: 'Completed',
        CreationTime: call.now,
        CreatedBy: document.CreatedBy,
      },
      events: groupEvents('Created', group, tags, call),
    });
    return { ModelPackageGroupArn: arn };
  },
});
