import type { EvaluationResult, Statement } from '../../contracts/iam.gen.ts';
import { conditionKeyName } from '../access/policy-variables.ts';
import type { ConditionKeys } from '../access/policy-variables.ts';
import { evaluate } from '../access/evaluate-policy.ts';
import type { AccessRequest, MatchedStatement, PolicySet } from '../access/evaluate-policy.ts';
import { statementPositions } from '../access/parse-policy.ts';
import { parsePolicyDocument } from '../access/policy-document.ts';
import type { Principal } from '../access/principal.ts';
import { distinctKeys, keysOfStatement } from './context-key-names.ts';

/** What a simulation is about: who would call, what is known of the call, which policies apply. */
export interface Simulation {
  readonly principal: Principal;
  readonly resourceOwnerId: string;
  readonly keys: ConditionKeys;
  readonly policies: PolicySet;
}

/** What would become of one action on one resource, and by which statements. */
export function simulate(
  { principal, resourceOwnerId, keys, policies }: Simulation,
  action: string,
  resource: string,
): EvaluationResult {
  const request: AccessRequest = {
    action,
    resource,
    principal,
    resourceAccountId: resourceOwnerId,
    conditionKeys: keys,
  };
  const { decision, matched } = evaluate(request, policies);
  const { boundary } = policies;
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    MatchedStatements: matched.map(statementOf),
    MissingContextValues: missingKeys(policies, action, keys),
    ...(boundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary:
          evaluate(request, { identity: [boundary] }).decision === 'allowed',
      },
    }),
  };
}

function statementOf({ type, from, index }: MatchedStatement): Statement {
  const { start, end } = statementPositions(from.policy.text)[index]!;
  return {
    SourcePolicyId: from.name.slice(from.name.lastIndexOf('/') + 1),
    SourcePolicyType: from.source ?? (type === 'resource' ? 'resource' : 'none'),
    StartPosition: { Line: start.line, Column: start.column },
    EndPosition: { Line: end.line, Column: end.column },
  };
}

/** The keys that statements about the action ask for and nobody gave. */
function missingKeys(policies: PolicySet, action: string, keys: ConditionKeys): string[] {
  const { identity, boundary, resource } = policies;
  const asked = [...identity, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])];
  const names = asked.flatMap(({ policy }) => {
    const { statements, version } = parsePolicyDocument(policy.text);
    return policy
      .about(action.toLowerCase())
      .flatMap(({ index }) => keysOfStatement(statements[index]!, version));
  });
  return distinctKeys(names.filter((name) => !keys.has(conditionKeyName(name))));
}
