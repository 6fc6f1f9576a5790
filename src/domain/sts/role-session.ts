import type { AssumeRoleRequest, Tag } from '../../contracts/sts.gen.ts';
import { formatArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import { parsePolicy, policyCharacters } from '../access/parse-policy.ts';
import type { Principal, Session } from '../access/principal.ts';
import { roleArn, roleTags } from '../roles/role.ts';
import { checkIdentityTags, overlaidTags, sameTagKey } from '../users/identity-tags.ts';
import { packGrants } from './session-token.ts';
import type { SessionGrants } from './session-token.ts';

/** A session of a role as the one who calls. */
export function sessionPrincipal(
  role: RoleRow,
  session: Session & { readonly name: string },
  { tags = [], transitiveTagKeys = [] }: SessionGrants,
  partition: string,
): Principal {
  const inForce = overlaidTags(roleTags(role), tags);
  return {
    type: 'AssumedRole',
    accountId: role.account_id,
    arn: sessionArn(role, session.name, partition),
    principalId: `${role.id}:${session.name}`,
    tags: new Map(inForce.map(({ Key, Value }) => [Key, Value])),
    roleArn: roleArn(role, partition),
    session: { ...session, ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }) },
  };
}

/** The ARN of a session, in which its role's path is left away. */
export function sessionArn(role: RoleRow, name: string, partition: string): string {
  const resource = `assumed-role/${role.name}/${name}`;
  return formatArn({
    partition,
    service: 'sts',
    region: '',
    accountId: role.account_id,
    resource,
  });
}

/** How long a session is to last; refuses more than its role, or a chain of roles, may. */
export function sessionSeconds(
  asked: number | undefined,
  role: RoleRow,
  caller: Principal,
): number {
  const seconds = asked ?? limits.roleSessionSeconds;
  if (caller.type === 'AssumedRole' && seconds > limits.chainedSessionSecondsMax) {
    refuseInvalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role ' +
        'chaining',
    );
  }
  if (seconds > role.max_session_seconds) {
    refuseInvalid(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

/** Refuses what no session may be made with, whatever its role. */
export function checkSessionInput(input: AssumeRoleRequest, caller: Principal): void {
  const { Policy: policy, Tags: tags = [], TransitiveTagKeys: transitive = [] } = input;
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw noSecondFactor();
  if (input.ProvidedContexts !== undefined) {
    refuseInvalid('ProvidedContexts is not supported: there is no provider of contexts here.');
  }
  checkIdentityTags(tags, parameterCode);
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (!transitive.every((key) => keys.includes(key.toLowerCase()))) {
    refuseParameter('The specified transitive tag key must be included in the requested tags.');
  }
  const inherited = caller.session?.transitiveTagKeys ?? [];
  if (inherited.some((key) => keys.includes(key.toLowerCase()))) {
    refuseParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a " +
        'transitive tag key from the calling session.',
    );
  }
  const first = caller.session?.sourceIdentity;
  if (first !== undefined && (input.SourceIdentity ?? first) !== first) {
    throw new Refusal('denied', "The calling session's SourceIdentity cannot be changed.");
  }
  if (policy === undefined) return;
  const size = policyCharacters(policy);
  if (size > limits.sessionPolicyCharactersMax) {
    throw tooLarge('policy', size, limits.sessionPolicyCharactersMax);
  }
  parsePolicy(policy, 'session');
}

/** What a session gets beyond its role's: what was asked for, and what its chain hands on. */
export function sessionGrants(input: AssumeRoleRequest, caller: Principal): SessionGrants {
  const inherited = caller.session?.transitiveTagKeys ?? [];
  // Named in whatever case: a tag whose value got lost would escape what is denied to it.
  const isInherited = (key: string) => inherited.some((one) => sameTagKey(one, key));
  const passedOn: Tag[] = [...caller.tags].flatMap(([Key, Value]) =>
    isInherited(Key) ? { Key, Value } : [],
  );
  const tags = [...passedOn, ...(input.Tags ?? [])];
  const transitiveTagKeys = [...inherited, ...(input.TransitiveTagKeys ?? [])];
  const { Policy: policy, PolicyArns: policies = [] } = input;
  const policyArns = policies.flatMap(({ arn }) => arn ?? []);
  return {
    ...(policy !== undefined && { policy }),
    ...(policyArns.length > 0 && { policyArns }),
    ...(tags.length > 0 && { tags }),
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
  };
}

/** Grants as a token holds them, and how much of the room for them they take. */
export interface PackedGrants {
  readonly grants: string;
  readonly percent: number;
}

/** Packs what a session is granted; undefined when that is nothing. */
export function packedGrants(grants: SessionGrants): PackedGrants | undefined {
  if (Object.keys(grants).length === 0) return undefined;
  const packed = packGrants(grants);
  const most = limits.sessionPackedBytesMax;
  if (packed.length > most) {
    const isOfPolicies = grants.policy !== undefined || grants.policyArns !== undefined;
    throw tooLarge(isOfPolicies ? 'policy' : 'tags', packed.length, most);
  }
  return { grants: packed.toString('base64'), percent: percentOf(packed.length, most) };
}

/** What a caller is told who brings a second factor, of which none is known here. */
export function noSecondFactor(): Refusal {
  return new Refusal(
    'denied',
    'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA ' +
      'serial number is valid and associated with this user.',
  );
}

const parameterCode = 'InvalidParameterValue';

function refuseParameter(message: string): never {
  throw new Refusal('invalid', message, { code: parameterCode });
}

function tooLarge(what: 'policy' | 'tags', size: number, most: number): Refusal {
  const percent = percentOf(size, most);
  const message =
    what === 'policy'
      ? `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
      : `Packed size of session tags consumes ${percent}% of allotted space.`;
  return new Refusal('invalid', message, { code: 'PackedPolicyTooLarge' });
}

function percentOf(size: number, most: number): number {
  return Math.ceil((size * 100) / most);
}
