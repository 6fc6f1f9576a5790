import type { AccessDecision, AccessRequest, PolicyType } from './evaluate-policy.ts';

const names: Record<PolicyType, { readonly implicit: string; readonly explicit: string }> = {
  identity: { implicit: 'identity-based policy', explicit: 'an identity-based policy' },
  resource: { implicit: 'resource-based policy', explicit: 'a resource-based policy' },
  boundary: { implicit: 'permissions boundary', explicit: 'a permissions boundary' },
  session: { implicit: 'session policy', explicit: 'a session policy' },
  trust: { implicit: 'role trust policy', explicit: 'the role trust policy' },
};

/**
 * What a caller who was denied is told: AWS's words (identity.md section 2), the same in every
 * protocol but S3's.
 */
export function deniedMessage(
  { principal, action, resource }: AccessRequest,
  { decision, deniedBy = 'identity' }: AccessDecision,
  isReasonTold = true,
): string {
  const who = `User: ${principal.arn} is not authorized to perform: ${action}`;
  const sentence = `${who} on resource: ${resource}`;
  if (!isReasonTold) return sentence;
  const { implicit, explicit } = names[deniedBy];
  const reason =
    decision === 'explicitDeny'
      ? `with an explicit deny in ${explicit}`
      : `because no ${implicit} allows the ${action} action`;
  return `${sentence} ${reason}`;
}
