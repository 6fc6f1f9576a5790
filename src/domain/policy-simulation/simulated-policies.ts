import { setImmediate } from 'node:timers/promises';
import type { EvaluationResult, SimulateCustomPolicyRequest } from '../../contracts/iam.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { NamedPolicy, PolicySet } from '../access/evaluate-policy.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import type { PolicyKind } from '../access/parse-policy.ts';
import type { Principal } from '../access/principal.ts';
import type { Call } from '../call.ts';
import { contextKeysOf, invalidInput } from './context-entries.ts';
import { simulate } from './simulation.ts';
import type { Simulation } from './simulation.ts';
import { principalKeysOf } from '../access/condition-keys.ts';
import type { ConditionKeys } from '../access/policy-variables.ts';

/** The members that both simulations share. */
export type SimulationInput = Omit<SimulateCustomPolicyRequest, 'PolicyInputList'> & {
  readonly PolicyInputList?: readonly string[];
};

/** Who is simulated, with the policies that count besides those in the input. */
export interface SimulatedCaller {
  readonly principal: Principal;
  readonly policies: PolicySet;
}

/** Answers a page of results: each action on each resource; a page that takes long ends early. */
export async function simulatePage(input: SimulationInput, caller: SimulatedCaller, call: Call) {
  const simulation = simulationOf(input, caller);
  const { ActionNames: actions, ResourceArns: resources = ['*'] } = input;
  checkActions(actions);
  const { Marker, MaxItems: limit = limits.identityPageItems, ...asked } = input;
  const binding = [call.operation, call.accountId, asked];
  const [start = 0] = (parsePageToken(Marker, binding, ['number'], 'Marker') ?? []) as number[];
  if (!Number.isSafeInteger(start) || start < 0) throw invalidInput('Invalid Marker.');
  const total = actions.length * resources.length;
  const deadline = performance.now() + limits.simulationMillisecondsMax;
  const results: EvaluationResult[] = [];
  let next = start;
  do {
    const action = actions[Math.floor(next / resources.length)];
    if (action === undefined) break;
    results.push(simulate(simulation, action, resources[next % resources.length]!));
    next += 1;
    // Policies may be large, and other calls are waiting.
    await setImmediate();
  } while (results.length < limit && performance.now() < deadline);
  const isTruncated = next < total;
  return {
    EvaluationResults: results,
    IsTruncated: isTruncated,
    ...(isTruncated && { Marker: formatPageToken([next], binding) }),
  };
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
  // Of whom nothing is known, nothing must be taken for an empty name.
  const known: ConditionKeys = principal.arn === '' ? new Map() : principalKeysOf(principal);
  return {
    principal,
    resourceOwnerId: ownerOf(input, principal),
    keys: contextKeysOf(input.ContextEntries ?? [], known),
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
