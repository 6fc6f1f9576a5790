import { echo } from '../../contracts/validate.ts';
import { parseArn } from '../../kernel/arn.ts';
import { malformedPrincipal } from './malformed-policy.ts';
import { readObject, readStrings, refuseUnknownKeys } from './policy-json.ts';
import type { RefusePolicy } from './policy-json.ts';

/** Whom an entry of a policy's Principal means. */
export type PolicyPrincipalType =
  | 'Everyone'
  | 'Account'
  | 'User'
  | 'Role'
  | 'AssumedRole'
  | 'FederatedUser'
  | 'Service'
  | 'Federated'
  | 'CanonicalUser';

/** One entry of a policy's Principal. */
export interface PolicyPrincipal {
  readonly type: PolicyPrincipalType;
  /**
   * `*`, an account's number, an ARN, a name, or the unique id of a user, a role or a session
   * (`AROA…:<session>`): the same for every spelling of one principal.
   */
  readonly id: string;
  /** As the policy spells it. */
  readonly text: string;
}

/** Reads the value of a Principal element: `*`, or lists of principals by their type. */
export function parsePrincipals(value: unknown, refuse: RefusePolicy): PolicyPrincipal[] {
  if (value === '*') return [{ type: 'Everyone', id: '*', text: '*' }];
  if (typeof value === 'string') {
    refuse(`Principal '${echo(value)}' must be * or an object such as {"AWS": "<account id>"}`);
  }
  const byType = readObject(value, 'Principal', refuse);
  refuseUnknownKeys(byType, ['AWS', 'Service', 'Federated', 'CanonicalUser'], refuse);
  const principals = Object.entries(byType).flatMap(([type, entries]) =>
    readStrings(entries, `Principal ${type}`, refuse).map((text) =>
      parsePrincipal(type, text, refuse),
    ),
  );
  if (principals.length === 0) refuse('Principal must not be empty');
  return principals;
}

const arnForms: readonly (readonly [PolicyPrincipalType, RegExp])[] = [
  ['User', /^arn:aws[a-z-]*:iam::\d{12}:user\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/],
  ['Role', /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/],
  ['AssumedRole', /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{2,64}$/],
  ['FederatedUser', /^arn:aws[a-z-]*:sts::\d{12}:federated-user\/[\w+=,.@-]{2,32}$/],
];

const awsForms =
  "*, an account id of 12 digits, or the ARN of an account's root, a user, a role or a session, " +
  'without wildcards';

function parsePrincipal(kind: string, text: string, refuse: RefusePolicy): PolicyPrincipal {
  if (kind === 'AWS') {
    const refusal = `Principal '${echo(text)}' must be ${awsForms}`;
    return parseAwsPrincipal(text) ?? refuse(refusal, malformedPrincipal(kind, echo(text)));
  }
  const wellFormed = kind === 'Service' ? /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i : /^[^\s*?]+$/;
  if (!wellFormed.test(text)) {
    const refusal = `Principal '${echo(text)}' is not a ${kind} principal`;
    refuse(refusal, malformedPrincipal(kind, echo(text)));
  }
  return { type: kind as PolicyPrincipalType, id: text, text };
}

/** As stored policies name users and roles: the account, then what no other will ever have. */
const uniqueIdForm = /^(?:(\d{12}):)?((AIDA|AROA)[0-9A-Z]{17}(:[\w+=,.@-]{2,64})?)$/;

/** A principal of an account as policies are stored: by its unique id, which dies with it. */
export function keptPrincipal(accountId: string, uniqueId: string): string {
  return `${accountId}:${uniqueId}`;
}

/** The account that a principal is or is of; undefined where it is of none. */
export function accountOfPrincipal({ type, text, id }: PolicyPrincipal): string | undefined {
  if (type === 'Account') return id;
  return uniqueIdForm.exec(text)?.[1] ?? parseArn(text)?.accountId;
}

/** Whether a principal is named by its unique id, not by a name that may be given again. */
export function isNamedById({ text }: PolicyPrincipal): boolean {
  return uniqueIdForm.test(text);
}

function parseAwsPrincipal(text: string): PolicyPrincipal | undefined {
  if (text === '*') return { type: 'Everyone', id: text, text };
  const [, , uniqueId, prefix, session] = uniqueIdForm.exec(text) ?? [];
  if (uniqueId !== undefined) {
    if (prefix === 'AIDA') return session ? undefined : { type: 'User', id: uniqueId, text };
    return { type: session ? 'AssumedRole' : 'Role', id: uniqueId, text };
  }
  const accountId = /^(?:arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12}))$/.exec(text);
  if (accountId) return { type: 'Account', id: accountId[1] ?? accountId[2] ?? '', text };
  if (/[*?]/.test(text)) return undefined;
  const form = arnForms.find(([, pattern]) => pattern.test(text));
  return form && { type: form[0], id: text, text };
}
