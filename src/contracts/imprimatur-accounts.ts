import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** Whether the keys of an account sign. */
export type AccountStatus = 'Active' | 'Disabled';

/** An account of the registry. */
export interface Account {
  AccountId: string;
  Name: string;
  Status: AccountStatus;
  /** Whether it is the one of the configuration, which administers the others. */
  IsOperator: boolean;
  /** Left out of the operator's, which nobody created. */
  CreationTime?: number;
}

/** An access key of an account's root user; only the answer that makes one holds its secret. */
export interface RootAccessKey {
  AccessKeyId: string;
  SecretAccessKey: string;
}

/** Input of CreateAccount; without an id one is drawn at random. */
export interface CreateAccountInput {
  AccountId?: string;
  Name: string;
}

/** Output of CreateAccount. */
export interface CreateAccountOutput {
  Account: Account;
  RootAccessKey: RootAccessKey;
}

/** Input of DescribeAccount. */
export interface DescribeAccountInput {
  AccountId: string;
}

/** Output of DescribeAccount and UpdateAccount. */
export interface DescribeAccountOutput {
  Account: Account;
}

/** Input of UpdateAccount: what is left out stays. */
export interface UpdateAccountInput {
  AccountId: string;
  Name?: string;
  Status?: AccountStatus;
}

/** Input of ListAccounts. */
export interface ListAccountsInput {
  MaxResults?: number;
  NextToken?: string;
}

/** Output of ListAccounts: by number. */
export interface ListAccountsOutput {
  Accounts: Account[];
  NextToken?: string;
}

/** Input of CreateRootAccessKey. */
export interface CreateRootAccessKeyInput {
  AccountId: string;
  /** Deletes those that there are: what to do when one is lost or known to others. */
  ReplaceExisting?: boolean;
}

/** Output of CreateRootAccessKey. */
export interface CreateRootAccessKeyOutput {
  RootAccessKey: RootAccessKey;
}

/** Makes an account and its root user's first access key. */
export const CreateAccount = operationContract<CreateAccountInput, CreateAccountOutput>(
  'imprimatur',
  'CreateAccount',
);
/** Describes an account. */
export const DescribeAccount = operationContract<DescribeAccountInput, DescribeAccountOutput>(
  'imprimatur',
  'DescribeAccount',
);
/** Lists the accounts, the operator's among them. */
export const ListAccounts = operationContract<ListAccountsInput, ListAccountsOutput>(
  'imprimatur',
  'ListAccounts',
);
/** Renames, disables or enables an account. */
export const UpdateAccount = operationContract<UpdateAccountInput, DescribeAccountOutput>(
  'imprimatur',
  'UpdateAccount',
);
/** Makes another access key for the root user of an account. */
export const CreateRootAccessKey = operationContract<
  CreateRootAccessKeyInput,
  CreateRootAccessKeyOutput
>('imprimatur', 'CreateRootAccessKey');

const described = { output: 'DescribeAccountOutput', errors: [], global: true } as const;

/** What can be done with accounts. */
export const accountContracts: Readonly<Record<string, OperationData>> = {
  CreateAccount: {
    input: 'CreateAccountInput',
    output: 'CreateAccountOutput',
    errors: [],
    global: true,
  },
  DescribeAccount: { input: 'DescribeAccountInput', ...described },
  ListAccounts: {
    input: 'ListAccountsInput',
    output: 'ListAccountsOutput',
    errors: [],
    global: true,
  },
  UpdateAccount: { input: 'UpdateAccountInput', ...described },
  CreateRootAccessKey: {
    input: 'CreateRootAccessKeyInput',
    output: 'CreateRootAccessKeyOutput',
    errors: [],
    global: true,
  },
};

/** The shapes of these operations, besides those that all have. */
export const accountShapes: Readonly<Record<string, ShapeData>> = {
  CreateAccountInput: {
    type: 'structure',
    required: ['Name'],
    members: { AccountId: 'AccountId', Name: 'AccountName' },
  },
  CreateAccountOutput: {
    type: 'structure',
    required: ['Account', 'RootAccessKey'],
    members: { Account: 'Account', RootAccessKey: 'RootAccessKey' },
  },
  DescribeAccountInput: {
    type: 'structure',
    required: ['AccountId'],
    members: { AccountId: 'AccountId' },
  },
  DescribeAccountOutput: {
    type: 'structure',
    required: ['Account'],
    members: { Account: 'Account' },
  },
  UpdateAccountInput: {
    type: 'structure',
    required: ['AccountId'],
    members: { AccountId: 'AccountId', Name: 'AccountName', Status: 'AccountStatus' },
  },
  ListAccountsInput: {
    type: 'structure',
    members: { MaxResults: 'MaxResults', NextToken: 'NextToken' },
  },
  ListAccountsOutput: {
    type: 'structure',
    required: ['Accounts'],
    members: { Accounts: 'AccountList', NextToken: 'NextToken' },
  },
  CreateRootAccessKeyInput: {
    type: 'structure',
    required: ['AccountId'],
    members: { AccountId: 'AccountId', ReplaceExisting: 'Boolean' },
  },
  CreateRootAccessKeyOutput: {
    type: 'structure',
    required: ['RootAccessKey'],
    members: { RootAccessKey: 'RootAccessKey' },
  },
  AccountList: { type: 'list', member: 'Account' },
  Account: {
    type: 'structure',
    required: ['AccountId', 'Name', 'Status', 'IsOperator'],
    members: {
      AccountId: 'AccountId',
      Name: 'AccountName',
      Status: 'AccountStatus',
      IsOperator: 'Boolean',
      CreationTime: 'Timestamp',
    },
  },
  RootAccessKey: {
    type: 'structure',
    required: ['AccessKeyId', 'SecretAccessKey'],
    members: { AccessKeyId: 'String', SecretAccessKey: 'Secret' },
  },
  AccountId: { type: 'string', min: 12, max: 12, pattern: '[0-9]{12}' },
  AccountName: { type: 'string', min: 1, max: 50, pattern: '[\\u0020-\\u007E]+' },
  AccountStatus: { type: 'string', enum: ['Active', 'Disabled'] },
  Boolean: { type: 'boolean' },
  Secret: { type: 'string', sensitive: true },
};
