/** A managed policy that AWS provides in every account; accounts cannot change it. */
export interface AwsManagedPolicy {
  /** The same in every account. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly document: string;
}

/** Since when these policies read as they do, epoch milliseconds. */
export const providedSince = Date.parse('2026-03-01T00:00:00Z');

/**
 * AWS's managed policies that concern a model registry, by their ids. Their names are AWS's, their
 * words are ours: they allow what the name says within the services that are here.
 */
export const awsManagedPolicies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  [
    managed('ANPAAWSADMINISTRATORA', 'AdministratorAccess', 'Everything in the account.', ['*']),
    managed(
      'ANPAAWSSAGEMAKERFULLA',
      'AmazonSageMakerFullAccess',
      'Everything in SageMaker, and passing roles to it.',
      ['sagemaker:*'],
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: 'arn:aws:iam::*:role/*',
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
    ),
    managed('ANPAAWSSAGEMAKERREADO', 'AmazonSageMakerReadOnly', 'Reading in SageMaker.', [
      'sagemaker:BatchDescribe*',
      'sagemaker:BatchGet*',
      'sagemaker:Describe*',
      'sagemaker:Get*',
      'sagemaker:List*',
      'sagemaker:Query*',
      'sagemaker:Search',
    ]),
    managed(
      'ANPAAWSMODELREGISTRYF',
      'AmazonSageMakerModelRegistryFullAccess',
      'Everything in the model registry.',
      [
        'sagemaker:*ModelPackage*',
        'sagemaker:*ModelCard*',
        'sagemaker:AddTags',
        'sagemaker:DeleteTags',
        'sagemaker:ListTags',
        'sagemaker:GetSearchSuggestions',
        'sagemaker:Search',
      ],
    ),
  ].map((policy) => [policy.id, policy]),
);

function managed(
  id: string,
  name: string,
  description: string,
  actions: readonly string[],
  ...more: readonly object[]
): AwsManagedPolicy {
  const allow = { Effect: 'Allow', Action: actions, Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [allow, ...more] });
  return { id, name, path: '/', description, document };
}

/** The ARN of an AWS managed policy. */
export function awsManagedPolicyArn({ path, name }: AwsManagedPolicy, partition: string): string {
  return `arn:${partition}:iam::aws:policy${path}${name}`;
}
