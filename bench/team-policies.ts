/** Policies as teams write them, for whatever measures what they cost. */

/** The parts of policies that name what is in an account. */
export interface PolicyScope {
  readonly accountId: string;
  readonly region: string;
}

const conditions = [
  { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Rejected' } },
  { StringLike: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}-*` } },
  { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] } },
  { DateGreaterThan: { 'aws:CurrentTime': '2999-01-01T00:00:00Z' } },
];
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

/** Nineteen statements that deny changes under conditions that are not met; the last allows. */
export function guardingPolicy(scope: PolicyScope): string {
  const packages = packagesOf(scope);
  const denials = Array.from({ length: 19 }, (_, i) => ({
    Effect: 'Deny',
    Action: ['sagemaker:Update*', 'sagemaker:Delete*'],
    Resource: i % 2 === 0 ? '*' : [`${packages}/fraud-${i}/*`, `${packages}/fr*d/*`],
    Condition: conditions[i % conditions.length],
  }));
  return policyText([...denials, { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }]);
}

/** Fifty policies of twenty statements: half are about the registry, a tenth have conditions. */
export function fiftyPolicies(scope: PolicyScope): string[] {
  const list = (policy: number): object[] =>
    Array.from({ length: 20 }, (_, i) => ({
      Effect: 'Allow',
      Action: i % 2 === 0 ? otherActions : `sagemaker:${registryActions[i >> 1]}`,
      Resource: i % 2 === 0 ? '*' : `${packagesOf(scope)}/team-${policy}-${i}-*/*`,
      ...(i % 10 === 1 && { Condition: { StringEquals: { 'aws:ResourceTag/team': 'risk' } } }),
    }));
  return [
    ...Array.from({ length: 49 }, (_, policy) => policyText(list(policy))),
    guardingPolicy(scope),
  ];
}

/** As many statements, each of them about describing and updating. */
export function thousandStatements(scope: PolicyScope): string[] {
  const list = (policy: number): object[] =>
    Array.from({ length: 20 }, (_, i) => ({
      Effect: 'Allow',
      Action: ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage'],
      Resource: `${packagesOf(scope)}/team-${policy}-${i}/*`,
    }));
  return [
    ...Array.from({ length: 49 }, (_, policy) => policyText(list(policy))),
    guardingPolicy(scope),
  ];
}

function packagesOf({ accountId, region }: PolicyScope): string {
  return `arn:aws:sagemaker:${region}:${accountId}:model-package`;
}

function policyText(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
