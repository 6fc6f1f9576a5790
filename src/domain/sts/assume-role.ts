import { AssumeRole } from '../../contracts/sts.gen.ts';
import type { AssumeRoleRequest } from '../../contracts/sts.gen.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import { operation } from '../operation.ts';
import { findPolicyInForce } from '../policies/policies-in-force-store.ts';
import { newCredentials } from './new-credentials.ts';
import {
  checkSessionInput,
  packedGrants,
  sessionArn,
  sessionGrants,
  sessionSeconds,
} from './role-session.ts';
import { targetRoleToAssume } from './target-role-to-assume.ts';

/** Makes a session of a role, for whom the role trusts; nothing is stored but the entry of it. */
export const assumeRole = operation(AssumeRole, {
  effect: 'write',
  resource: (input) => input.RoleArn,
  find: (input, context) => targetRoleToAssume(context, input.RoleArn),
  check: (input, { principal }) => checkSessionInput(input, principal),
  async run(input, { tx, call, journal, secrets, found: role }) {
    const { RoleSessionName: name } = input;
    const { principal, partition, now } = call;
    const seconds = sessionSeconds(input.DurationSeconds, role, principal);
    await requireSessionPolicies(input, role, (arn) =>
      findPolicyInForce(tx, { accountId: role.account_id, partition }, arn),
    );
    const packed = packedGrants(sessionGrants(input, principal));
    const sourceIdentity = principal.session?.sourceIdentity ?? input.SourceIdentity;
    const credentials = newCredentials(secrets, {
      holder: {
        type: 'role',
        accountId: role.account_id,
        roleId: role.id,
        name,
        ...(sourceIdentity !== undefined && { sourceIdentity }),
      },
      now,
      seconds,
      grants: packed?.grants,
    });
    const user = { AssumedRoleId: `${role.id}:${name}`, Arn: sessionArn(role, name, partition) };
    const { AccessKeyId, Expiration } = credentials;
    const after = { Credentials: { AccessKeyId, Expiration }, AssumedRoleUser: user };
    journal.record({ resourceArn: input.RoleArn, after });
    return {
      Credentials: credentials,
      AssumedRoleUser: user,
      ...(packed && { PackedPolicySize: packed.percent }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },
});

async function requireSessionPolicies(
  { PolicyArns: policies = [] }: AssumeRoleRequest,
  role: RoleRow,
  find: (arn: string) => Promise<unknown>,
): Promise<void> {
  for (const { arn } of policies) {
    if (arn === undefined) refuseInvalid('PolicyArns: arn is missing.');
    if (await find(arn)) continue;
    const reason = `is no managed policy of the account ${role.account_id}`;
    throw new Refusal('invalid', `The session policy ${arn} ${reason}.`);
  }
}
