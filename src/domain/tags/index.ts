import { addTags } from './add-tags.ts';
import { deleteTags } from './delete-tags.ts';
import { listTags } from './list-tags.ts';

/** What can be done with the tags of any resource. */
export const tagOperations = [addTags, listTags, deleteTags];
