import { CreateRole } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newUniqueId } from '../../kernel/unique-id.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import { operation } from '../operation.ts';
import { boundaryView } from '../policies/policy.ts';
import { keepTrustPolicy, showTrust } from '../policies/policy-principals-store.ts';
import { requireBoundaryPolicy } from '../policies/policy-store.ts';
import { checkIdentityTags } from '../users/identity-tags.ts';
import { namedRoleArn, roleArn, roleView, takenRoleName } from './role.ts';
import { countRoles, findRole, insertRole } from './role-store.ts';

/** Creates a role, which those may assume whom its trust policy lets. */
export const createRole = operation(CreateRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call, input.Path),
  check({ AssumeRolePolicyDocument: document, Tags = [] }) {
    checkIdentityTags(Tags);
    parsePolicy(document, 'trust');
  },
  async run(input, { tx, call, journal }) {
    const { RoleName: name, Path: path = '/', Tags: tags = [] } = input;
    const { AssumeRolePolicyDocument: document } = input;
    const boundary = input.PermissionsBoundary;
    if (await findRole(tx, call, name)) throw takenRoleName(name);
    const most = limits.rolesPerAccountMax;
    if ((await countRoles(tx, call.accountId)) >= most) {
      throw new Refusal('limit', `Cannot exceed quota for RolesPerAccount: ${most}`);
    }
    const trustPolicy = await keepTrustPolicy(tx, call, document);
    const role = {
      account_id: call.accountId,
      name_key: '',
      name,
      id: newUniqueId('AROA', 21),
      path,
      created_at: call.now,
      description: input.Description ?? null,
      max_session_seconds: input.MaxSessionDuration ?? limits.roleSessionSeconds,
      trust_policy: trustPolicy,
      boundary_policy_id:
        boundary === undefined ? null : await requireBoundaryPolicy(tx, call, boundary),
      tags: JSON.stringify(tags),
      last_used_at: null,
      last_used_region: null,
    };
    await insertRole(tx, role);
    journal.record({
      resourceArn: roleArn(role, call.partition),
      after: {
        RoleId: role.id,
        Path: path,
        CreateDate: call.now,
        MaxSessionDuration: role.max_session_seconds,
        ...(trustPolicy !== document && { AssumeRolePolicyDocument: trustPolicy }),
        ...(boundary !== undefined && { PermissionsBoundary: boundary }),
      },
    });
    return {
      Role: {
        ...roleView(await showTrust(tx, call, role), call.partition),
        ...(boundary !== undefined && { PermissionsBoundary: boundaryView(boundary) }),
        ...(tags.length > 0 && { Tags: tags }),
      },
    };
  },
});
