import { ListResourceTypes } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { groupType } from './managed-permission.ts';
import { pageOfNames, sharePage } from './share-page.ts';

const resourceTypes = [{ name: groupType, serviceName: 'sagemaker' }];

/** Lists what can be shared: model package groups. */
export const listResourceTypes = operation(ListResourceTypes, {
  effect: 'read',
  resource: () => '*',
  async run(input, { call }) {
    const all = input.resourceRegionScope === 'GLOBAL' ? [] : resourceTypes;
    const { rows, rest } = await sharePage(input, call, pageOfNames(all));
    const types = rows.map(({ name: resourceType, serviceName }) => ({
      ...{ resourceType, serviceName },
      resourceRegionScope: 'REGIONAL' as const,
    }));
    return { resourceTypes: types, ...rest };
  },
});
