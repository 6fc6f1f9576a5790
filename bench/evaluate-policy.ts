/**
 * Measures how long the evaluation of policies takes, without a server:
 *
 *   node bench/evaluate-policy.ts
 */
import { conditionKeysOf } from '../src/domain/access/condition-keys.ts';
import { evaluate } from '../src/domain/access/evaluate-policy.ts';
import type {
  AccessRequest,
  NamedPolicy,
  PolicySet,
} from '../src/domain/access/evaluate-policy.ts';
import { parsePolicy } from '../src/domain/access/parse-policy.ts';

const roundsMax = 7;
const timesPerRound = 5_000;
const account = '111122223333';
const packages = `arn:aws:sagemaker:eu-west-1:${account}:model-package`;
const arn = `arn:aws:iam::${account}:user/alice`;
const tags: ReadonlyMap<string, string> = new Map([['team', 'risk']]);
const principal = { type: 'User', accountId: account, arn, principalId: 'AIDA', tags } as const;
const call = {
  service: 'sagemaker',
  operation: 'UpdateModelPackage',
  principal,
  region: 'eu-west-1',
  sourceIp: '203.0.113.9',
  isSecure: true,
  userAgent: 'boto3',
  now: Date.parse('2026-03-04T09:15:27Z'),
};

/** Twenty statements as teams write them; the last allows. */
function statements(): object[] {
  const conditions = [
    { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Rejected' } },
    { StringLike: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}-*` } },
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] } },
    { DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
  ];
  const denials = Array.from({ length: 19 }, (_, i) => ({
    Effect: 'Deny',
    Action: ['sagemaker:Update*', 'sagemaker:Delete*'],
    Resource: i % 2 === 0 ? '*' : [`${packages}/fraud-${i}/*`, `${packages}/fr*d/*`],
    Condition: conditions[i % conditions.length],
  }));
  return [...denials, { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }];
}

function policies(): PolicySet {
  return { identity: [compiledOf(statements())] };
}

function compiledOf(list: readonly object[]): NamedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: list });
  return { name: 'bench', policy: parsePolicy(text) };
}

const otherActions = ['s3:GetObject', 's3:PutObject', 'ecr:*'];
const registryActions = [
  'Describe*',
  'List*',
  'CreateModelPackage',
  'CreateModelPackageGroup',
  'UpdateModelPackage',
  'DeleteModelPackage',
  'AddTags',
  'DeleteTags',
  'ListTags',
  'Search',
];

/** Fifty policies of twenty statements: half are about the registry, a tenth have conditions. */
function fiftyPolicies(): PolicySet {
  const list = (policy: number): object[] =>
    Array.from({ length: 20 }, (_, i) => ({
      Effect: 'Allow',
      Action: i % 2 === 0 ? otherActions : `sagemaker:${registryActions[i >> 1]}`,
      Resource: i % 2 === 0 ? '*' : `${packages}/team-${policy}-${i}-*/*`,
      ...(i % 10 === 1 && { Condition: { StringEquals: { 'aws:ResourceTag/team': 'risk' } } }),
    }));
  const identity = Array.from({ length: 49 }, (_, policy) => compiledOf(list(policy)));
  return { identity: [...identity, compiledOf(statements())] };
}

/** The same number of statements, each of them about the action that is asked for. */
function thousandStatements(): PolicySet {
  const list = (policy: number): object[] =>
    Array.from({ length: 20 }, (_, i) => ({
      Effect: 'Allow',
      Action: ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage'],
      Resource: `${packages}/team-${policy}-${i}/*`,
    }));
  const identity = Array.from({ length: 49 }, (_, policy) => compiledOf(list(policy)));
  return { identity: [...identity, compiledOf(statements())] };
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

const asked = request();
console.log(`condition keys of a call                   ${microseconds(request)}`);
console.log(`a policy of 20 statements, parsed          ${microseconds(policies)}`);
for (const [what, compiled] of [
  ['1 policy of 20, 19 denials with conditions ', policies()],
  ['50 policies of 20                          ', fiftyPolicies()],
  ['50 policies of 20, all about the one action', thousandStatements()],
] as const) {
  if (evaluate(asked, compiled).decision !== 'allowed') throw new Error('should be allowed');
  console.log(`${what}${microseconds(() => evaluate(asked, compiled)).padStart(11)}`);
}
