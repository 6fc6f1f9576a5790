/**
 * Measures how long the evaluation of policies takes, without a server:
 *
 *   node bench/evaluate-policy.ts
 */
import { conditionKeysOf } from '../src/domain/access/condition-keys.ts';
import { evaluate } from '../src/domain/access/evaluate-policy.ts';
import type { AccessRequest, PolicySet } from '../src/domain/access/evaluate-policy.ts';
import { parsePolicy } from '../src/domain/access/parse-policy.ts';
import { fiftyPolicies, guardingPolicy, thousandStatements } from './team-policies.ts';

const roundsMax = 7;
const timesPerRound = 5_000;
const account = '111122223333';
const scope = { accountId: account, region: 'eu-west-1' };
const packages = `arn:aws:sagemaker:${scope.region}:${account}:model-package`;
const arn = `arn:aws:iam::${account}:user/alice`;
const tags: ReadonlyMap<string, string> = new Map([['team', 'risk']]);
const principal = { type: 'User', accountId: account, arn, principalId: 'AIDA', tags } as const;
const call = {
  service: 'sagemaker',
  operation: 'UpdateModelPackage',
  principal,
  region: scope.region,
  sourceIp: '203.0.113.9',
  isSecure: true,
  userAgent: 'boto3',
  now: Date.parse('2026-03-04T09:15:27Z'),
};

function compiledSet(texts: readonly string[]): PolicySet {
  return { identity: texts.map((text) => ({ name: 'bench', policy: parsePolicy(text) })) };
}

function request(): AccessRequest {
  const input = { ModelApprovalStatus: 'Approved' };
  const tags = [{ Key: 'team', Value: 'risk' }];
  return {
    action: 'sagemaker:UpdateModelPackage',
    resource: `${packages}/fraud/3`,
    principal,
    resourceAccountId: account,
    conditionKeys: conditionKeysOf(call, input, { accountId: account, tags }),
  };
}

/** The median of some rounds, in microseconds of the processor's time, which no neighbour takes. */
function microseconds(work: () => unknown): string {
  const rounds = Array.from({ length: roundsMax }, () => {
    const started = process.cpuUsage();
    for (let i = 0; i < timesPerRound; i += 1) work();
    return process.cpuUsage(started).user / timesPerRound;
  });
  const median = rounds.sort((a, b) => a - b)[Math.floor(roundsMax / 2)]!;
  return `${median.toFixed(2)} µs`;
}

const parse = (): PolicySet => compiledSet([guardingPolicy(scope)]);
const asked = request();
console.log(`condition keys of a call                   ${microseconds(request)}`);
console.log(`a policy of 20 statements, parsed          ${microseconds(parse)}`);
for (const [what, compiled] of [
  ['1 policy of 20, 19 denials with conditions ', parse()],
  ['50 policies of 20                          ', compiledSet(fiftyPolicies(scope))],
  ['50 policies of 20, all about the one action', compiledSet(thousandStatements(scope))],
] as const) {
  if (evaluate(asked, compiled).decision !== 'allowed') throw new Error('should be allowed');
  console.log(`${what}${microseconds(() => evaluate(asked, compiled)).padStart(11)}`);
}
