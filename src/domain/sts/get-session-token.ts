import { GetSessionToken } from '../../contracts/sts.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import { operation } from '../operation.ts';
import { newCredentials } from './new-credentials.ts';
import { noSecondFactor } from './role-session.ts';
import type { SessionHolder } from './session-token.ts';

/** Makes temporary credentials of whoever calls with long-lived ones; it needs no permission. */
export const getSessionToken = operation(GetSessionToken, {
  effect: 'write',
  resource: (_, { principal }) => principal.arn,
  check(input, { principal }) {
    if (principal.session) {
      throw new Refusal('denied', 'Cannot call GetSessionToken with session credentials');
    }
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw noSecondFactor();
  },
  run(input, { call, journal, secrets }) {
    const credentials = newCredentials(secrets, {
      holder: holderOf(call),
      now: call.now,
      seconds: secondsFor(input.DurationSeconds, call),
    });
    const { AccessKeyId, Expiration } = credentials;
    const after = { Credentials: { AccessKeyId, Expiration } };
    journal.record({ resourceArn: call.principal.arn, after });
    return Promise.resolve({ Credentials: credentials });
  },
});

function holderOf({ principal, accessKeyId }: Call): SessionHolder {
  const { type, accountId, principalId } = principal;
  if (type === 'Account') return { type: 'root', accountId, accessKeyId };
  return { type: 'user', accountId, userId: principalId };
}

/** Root gets an hour, whatever more it asks for. */
function secondsFor(asked = limits.userSessionSeconds, { principal }: Call): number {
  return principal.type === 'Account' ? Math.min(asked, limits.rootSessionSecondsMax) : asked;
}
