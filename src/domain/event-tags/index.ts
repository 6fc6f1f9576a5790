import { listTagsForResource } from './list-tags-for-resource.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';

/** What can be done with the tags of rules and buses. */
export const eventTagOperations = [tagResource, untagResource, listTagsForResource];
