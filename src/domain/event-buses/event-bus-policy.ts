import type { PutPermissionRequest } from '../../contracts/events.gen.ts';
import { echo } from '../../contracts/validate.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import { parsePolicyDocument, refuseAtStatement } from '../access/policy-document.ts';
import type { PolicyStatement } from '../access/policy-document.ts';
import type { RefusePolicy } from '../access/policy-json.ts';

/** A bus as its policy's resources name it, and the rules on it. */
export interface BusOfPolicy {
  readonly arn: string;
  readonly partition: string;
}

/** One statement of a bus's policy, as its text has it. */
interface StatementJson {
  readonly Sid?: string;
  readonly [element: string]: unknown;
}

interface PolicyJson {
  readonly Version?: string;
  readonly Statement: StatementJson | readonly StatementJson[];
}

/** Refuses a PutPermission that says neither a whole policy nor one permission, or both. */
export function checkPermission(input: PutPermissionRequest): void {
  const { Policy, Action, Principal, StatementId, Condition } = input;
  const permission = { Action, Principal, StatementId, Condition };
  if (Policy !== undefined) {
    const other = Object.entries(permission).find(([, value]) => value !== undefined)?.[0];
    if (other !== undefined) {
      refuseInvalid(`Parameter ${other} is not valid. Reason: It cannot be used with Policy.`);
    }
    return;
  }
  for (const name of ['StatementId', 'Principal', 'Action'] as const) {
    if (permission[name] === undefined) {
      refuseInvalid(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  if (Action !== 'events:PutEvents') {
    refuseInvalid("Provided value in parameter 'action' is not supported.");
  }
  if (Condition && (Condition.Type !== 'StringEquals' || Condition.Key !== 'aws:PrincipalOrgID')) {
    refuseInvalid(
      'Parameter Condition is not valid. Reason: ' +
        'Only StringEquals of aws:PrincipalOrgID is supported.',
    );
  }
}

/** The text of a bus's policy with one permission put in; a StatementId that it has is replaced. */
export function withPermission(
  policy: string | null,
  { Principal, StatementId, Action, Condition }: PutPermissionRequest,
  { arn, partition }: BusOfPolicy,
): string {
  const isAll = Principal === '*';
  const statement: StatementJson = {
    Sid: StatementId!,
    Effect: 'Allow',
    Principal: isAll ? '*' : { AWS: `arn:${partition}:iam::${Principal!}:root` },
    Action,
    Resource: arn,
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  };
  const { document, statements } = readPolicy(policy);
  const place = statements.findIndex(({ Sid }) => Sid === StatementId);
  const next = place < 0 ? [...statements, statement] : statements.with(place, statement);
  return JSON.stringify({ ...document, Statement: next });
}

/** The text of a bus's policy without one statement; null when it was the last. */
export function withoutPermission(policy: string | null, statementId: string): string | null {
  if (policy === null) throw new Refusal('missing', 'EventBus does not have a policy.');
  const { document, statements } = readPolicy(policy);
  const next = statements.filter(({ Sid }) => Sid !== statementId);
  if (next.length === statements.length) {
    throw new Refusal('missing', 'Statement with the provided id does not exist.');
  }
  return next.length === 0 ? null : JSON.stringify({ ...document, Statement: next });
}

function readPolicy(text: string | null): {
  document: PolicyJson;
  statements: readonly StatementJson[];
} {
  const document = (
    text === null ? { Version: '2012-10-17', Statement: [] } : JSON.parse(text)
  ) as PolicyJson;
  const { Statement } = document;
  return { document, statements: Array.isArray(Statement) ? Statement : [Statement] };
}

/** Checks the text of a bus's policy: whom it lets do what with the bus and the rules on it. */
export function checkBusPolicy(policyText: string, bus: BusOfPolicy): void {
  const most = limits.eventBusPolicyCharactersMax;
  if (policyText.length > most) {
    const message = `The policy of an event bus has at most ${most} characters.`;
    throw new Refusal('limit', message, { code: 'PolicyLengthExceededException' });
  }
  const document = parsePolicyDocument(policyText, refuseBusPolicy);
  for (const [index, statement] of document.statements.entries()) {
    const refuse = refuseAtStatement(index, refuseBusPolicy);
    if (!statement.principals) refuse('Principal is missing');
    checkActions(statement, refuse);
    checkResources(statement, bus, refuse);
  }
}

/** Refuses the text of a bus's policy. */
export function refuseBusPolicy(reason: string): never {
  refuseInvalid(`Parameter Policy is not valid. Reason: ${reason}`);
}

function checkActions({ actions }: PolicyStatement, refuse: RefusePolicy): void {
  const foreign = actions.entries.find((action) => !/^(?:\*$|events:)/i.test(action));
  if (foreign) refuse(`Action '${echo(foreign)}' is not an action of events`);
}

/** Rules of the default bus are called without it. */
function checkResources({ resources }: PolicyStatement, bus: BusOfPolicy, refuse: RefusePolicy) {
  if (!resources) return refuse('Resource is missing');
  const [base, name] = bus.arn.split(':event-bus/') as [string, string];
  const rules = name === 'default' ? `${base}:rule/` : `${base}:rule/${name}/`;
  const foreign = resources.entries.find(
    (resource) => resource !== bus.arn && !resource.startsWith(rules),
  );
  if (foreign) refuse(`Resource '${echo(foreign)}' must be ${bus.arn} or begin with ${rules}`);
}
