import type { SimulateCustomPolicyRequest } from '../../contracts/iam.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { NamedPolicy, PolicySet } from '../access/evaluate-policy.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import type { PolicyKind } from '../access/parse-policy.ts';
import type { Principal } from '../access/principal.ts';
import type { Call } from '../call.ts';
import { identityPage } from '../identity-page.ts';
import { contextKeysOf, invalidInput } from './context-entries.ts';
import { simulate } from './simulation.ts';
import type { Simulation } from './simulation.ts';
import { principalKeysOf } from '../access/condition-keys.ts';

/** The members that both simulations share. */
export type SimulationInput = Omit<SimulateCustomPolicyRequest, 'PolicyInputList'> & {
  readonly PolicyInputList?: readonly string[];
};

/** Who is simulated, with the policies that count besides those in the input. */
export interface SimulatedCaller {
  readonly principal: Principal;
  readonly policies: PolicySet;
}

/** Answers a page of results: each action on each resource. */
export async function simulatePage(input: SimulationInput, caller: SimulatedCaller, call: Call) {
  const simulation = simulationOf(input, caller);
  const { ActionNames: actions, ResourceArns: resources = ['*'] } = input;
  checkActions(actions);
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  const numbered = pairs.map((pair, index) => ({
    ...pair,
    number: String(index).padStart(8, '0'),
  }));
  const { items, rest } = await identityPage(
    input,
    call,
    (after, limit) => numbered.filter(({ number }) => number > after).slice(0, limit),
    ({ number }) => number,
  );
  const results = items.map(({ action, resource }) => simulate(simulation, action, resource));
  return { EvaluationResults: results, ...rest };
}

function checkActions(actions: readonly string[]): void {
  const malformed = actions.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (malformed === undefined) return;
  throw invalidInput(`'${malformed}' is no action's name; use service:Name, without wildcards.`);
}

function simulationOf(
  input: SimulationInput,
  { principal, policies }: SimulatedCaller,
): Simulation {
  const named = given('PolicyInputList', input.PolicyInputList, 'inline');
  const boundaryName = 'PermissionsBoundaryPolicyInputList';
  const [boundary, another] = given(boundaryName, input[boundaryName], 'inline');
  if (another) throw invalidInput(`${boundaryName} may hold one policy.`);
  const [resource] = given(
    'ResourcePolicy',
    input.ResourcePolicy && [input.ResourcePolicy],
    'resource',
  );
  return {
    principal,
    resourceOwnerId: ownerOf(input, principal),
    keys: contextKeysOf(input.ContextEntries ?? [], principalKeysOf(principal)),
    policies: {
      ...policies,
      identity: [...policies.identity, ...named],
      // A boundary of the input is simulated in the place of the one that is attached.
      ...(boundary && { boundary }),
      ...(resource && { resource }),
    },
  };
}

/** Refuses policies of an input that IAM would not take. */
export function checkInputPolicies(texts: readonly string[]): void {
  given('PolicyInputList', texts, 'inline');
}

/** The policies of a member of the input, called as IAM calls them: by member and place. */
function given(
  member: string,
  texts: readonly string[] | string | undefined = [],
  kind: PolicyKind,
): NamedPolicy[] {
  return [texts].flat().map((text, index) => ({
    name: `${member}.${index + 1}`,
    policy: parseInput(text, kind, `${member}.${index + 1}`),
  }));
}

function parseInput(text: string, kind: PolicyKind, name: string) {
  try {
    return parsePolicy(text, kind);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw invalidInput(`The policy ${name} is not valid: ${error.message}`);
  }
}

function ownerOf({ ResourceOwner: owner }: SimulationInput, principal: Principal): string {
  if (owner === undefined) return principal.accountId;
  const accountId = /^\d{12}$/.test(owner) ? owner : parseArn(owner)?.accountId;
  if (!accountId) throw invalidInput(`ResourceOwner '${owner}' is no account.`);
  return accountId;
}

/** The user whom CallerArn names; the simulation does not ask whether it is there. */
export function namedCaller(arn: string): Principal {
  const parsed = parseArn(arn);
  const isUser = parsed?.service === 'iam' && parsed.resource.startsWith('user/');
  if (!isUser) throw invalidInput(`CallerArn '${arn}' is not the ARN of an IAM user.`);
  const userName = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1);
  const { accountId } = parsed;
  return { type: 'User', accountId, arn, principalId: userName, userName, tags: new Map() };
}

/** A resource's policy names whom it is about. */
export function callerRequired(): Refusal {
  return invalidInput('CallerArn must name an IAM user when a ResourcePolicy is simulated.');
}
