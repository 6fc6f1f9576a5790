import { acceptInvitation, rejectInvitation } from './answer-invitation.ts';
import { associateResourceSharePermission } from './associate-resource-share-permission.ts';
import { associateResourceShare } from './associate-resource-share.ts';
import { createResourceShare } from './create-resource-share.ts';
import { deleteResourceShare } from './delete-resource-share.ts';
import { disassociateResourceShare } from './disassociate-resource-share.ts';
import { getPermission } from './get-permission.ts';
import { getResourcePolicies } from './get-resource-policies.ts';
import { getResourceShareAssociations } from './get-resource-share-associations.ts';
import { getResourceShareInvitations } from './get-resource-share-invitations.ts';
import { getResourceShares } from './get-resource-shares.ts';
import { listPermissions } from './list-permissions.ts';
import { listPrincipals } from './list-principals.ts';
import { listResourceSharePermissions } from './list-resource-share-permissions.ts';
import { listResourceTypes } from './list-resource-types.ts';
import { listResources } from './list-resources.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateResourceShare } from './update-resource-share.ts';

/** What can be done with resource shares. */
export const resourceShareOperations = [
  createResourceShare,
  getResourceShares,
  updateResourceShare,
  deleteResourceShare,
  associateResourceShare,
  disassociateResourceShare,
  getResourceShareAssociations,
  getResourceShareInvitations,
  acceptInvitation,
  rejectInvitation,
  listResources,
  listPrincipals,
  getResourcePolicies,
  listPermissions,
  getPermission,
  listResourceSharePermissions,
  associateResourceSharePermission,
  listResourceTypes,
  tagResource,
  untagResource,
];
