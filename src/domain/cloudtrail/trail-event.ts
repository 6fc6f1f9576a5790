import { globalRegion, parseArn } from '../../kernel/arn.ts';
import { secondId } from '../../kernel/id.ts';
import type { JournalRow } from '../../store/tables.ts';

/** Where records come from: what changed something or was refused, and what only read. */
export type TrailSource = 'journal' | 'read_record';

/** Who looks, and where. */
export interface Viewer {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** By what LookupEvents finds records. */
export const attributeKeys = [
  'EventId',
  'EventName',
  'ReadOnly',
  'Username',
  'ResourceType',
  'ResourceName',
  'EventSource',
  'AccessKeyId',
] as const;

/** One lookup attribute. */
export interface Attribute {
  readonly key: (typeof attributeKeys)[number];
  readonly value: string;
}

type Facts = Omit<JournalRow, 'seq' | 'error_code' | 'request_id' | 'document' | 'at'>;

/** What stands in the place of reads that were not recorded one by one. */
export const omittedReads = 'ReadsOmitted';

const readingNames = [
  ...['Batch(Describe|Get)', 'Describe', 'Get(?!SessionToken$)', 'List', 'Lookup', 'ReadsOmitted$'],
  ...['Search', 'Simulate', 'StreamEvents$', 'TestEventPattern$'],
];
const reading = new RegExp(`^(?:${readingNames.join('|')})`);

/** Whether an operation only reads; its name tells, but for the one that gets a new key made. */
export function isReadOnly(operation: string): boolean {
  return reading.test(operation);
}

/** Whether a record is in the history of an account and region. */
export function isSeenBy(row: Facts, { accountId, region }: Viewer): boolean {
  return row.region === region && [row.account_id, row.caller_account_id].includes(accountId);
}

/** The account of whoever called. */
export function callerAccount(row: Facts): string {
  return row.caller_account_id ?? row.account_id;
}

/** Whether an account may see which of its users called: AWS hides those of others. */
export function knowsCaller(row: Facts, { accountId }: Viewer): boolean {
  return callerAccount(row) === accountId;
}

/** A record's id in the history of an account: each of the two that share one has its own. */
export function eventIdFor(row: Facts, viewer: Viewer): string {
  return row.account_id === viewer.accountId ? row.id : secondId(row.id);
}

/** Who called, as LookupEvents names them: the user, the session, or root. */
export function userNameOf(principalArn: string): string | undefined {
  const [type, ...names] = (parseArn(principalArn)?.resource ?? '').split('/');
  return type === 'root' ? 'root' : names.at(-1);
}

/** `sagemaker.amazonaws.com`. */
export function eventSourceOf({ service }: Facts): string {
  return `${service}.amazonaws.com`;
}

const resourceTypes: Readonly<Record<string, string>> = {
  'sagemaker:model-package-group': 'AWS::SageMaker::ModelPackageGroup',
  'sagemaker:model-package': 'AWS::SageMaker::ModelPackage',
  'ram:resource-share': 'AWS::RAM::ResourceShare',
  'events:event-bus': 'AWS::Events::EventBus',
  'events:rule': 'AWS::Events::Rule',
  'events:archive': 'AWS::Events::Archive',
  'events:connection': 'AWS::Events::Connection',
  'events:api-destination': 'AWS::Events::ApiDestination',
  'iam:user': 'AWS::IAM::User',
  'iam:group': 'AWS::IAM::Group',
  'iam:role': 'AWS::IAM::Role',
  'iam:policy': 'AWS::IAM::Policy',
};

/** What a call was about. */
export interface TrailResource {
  readonly type: string | undefined;
  readonly arn: string;
  /** As users name it: `fraud`, `fraud/3`, `ana`. */
  readonly name: string;
  readonly accountId: string;
}

/** The resource that a record names; undefined when it names none. */
export function resourceOf({ resource_arn: arn }: Facts): TrailResource | undefined {
  const parsed = arn === null ? undefined : parseArn(arn);
  if (!parsed) return undefined;
  const [kind = '', ...names] = parsed.resource.split('/');
  const name = parsed.service === 'iam' ? names.at(-1) : names.join('/');
  const type = resourceTypes[`${parsed.service}:${kind}`];
  return { type, arn: arn!, name: name || parsed.resource, accountId: parsed.accountId };
}

/** Whether a record has the attribute, exactly; what is hidden from the viewer it has not. */
export function hasAttribute(row: Facts, { key, value }: Attribute, viewer: Viewer): boolean {
  switch (key) {
    case 'EventId':
      return eventIdFor(row, viewer) === value;
    case 'EventName':
      return row.operation === value;
    case 'ReadOnly':
      return String(isReadOnly(row.operation)) === value;
    case 'Username':
      return knowsCaller(row, viewer) && userNameOf(row.principal_arn) === value;
    case 'ResourceType':
      return resourceOf(row)?.type === value;
    case 'ResourceName': {
      const resource = resourceOf(row);
      return resource?.arn === value || resource?.name === value;
    }
    case 'EventSource':
      return eventSourceOf(row) === value;
    case 'AccessKeyId':
      return knowsCaller(row, viewer) && row.access_key_id === value;
  }
}

/** The ARNs, lower-cased, that a resource of the account may have under a name. */
export function namedArns(name: string, viewer: Viewer): string[] {
  const { partition, region, accountId } = viewer;
  return ['model-package-group', 'model-package'].map((type) =>
    `arn:${partition}:sagemaker:${region}:${accountId}:${type}/${name}`.toLowerCase(),
  );
}

/** Whether what has no region is told in the viewer's. */
export function isGlobalView({ partition, region }: Viewer): boolean {
  return region === globalRegion(partition);
}
