/** What IAM says of a policy that is a MalformedPolicyDocument (identity.md section 5). */
export const malformedPolicy = {
  json: 'This policy contains invalid Json',
  syntax: 'Syntax errors in policy.',
  version: 'Policy document must be version 2012-10-17 or greater.',
  legacy: 'The policy failed legacy parsing',
  repeatedSid: 'Statement IDs (SID) in a single policy must be unique.',
  sid:
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
    'expression [0-9A-Za-z]*',
  noActions: 'Policy statement must contain actions.',
  noResources: 'Policy statement must contain resources.',
  noVendor: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  colons: 'Actions/Condition can contain only one colon.',
  principal: 'Policy document should not specify a principal.',
  resource: 'Has prohibited field Resource',
  noPrincipal: 'Missing required field Principal',
  trustActions: 'AssumeRole policy may only specify STS AssumeRole actions.',
} as const;

/** What IAM says of an action that is no action's name. */
export function malformedAction(action: string): string {
  const [vendor = '', name, ...others] = action.split(':');
  if (name === undefined) return malformedPolicy.noVendor;
  if (others.length > 0) return malformedPolicy.colons;
  return /^[\w-]+$/.test(vendor) ? malformedPolicy.legacy : `Vendor ${vendor} is not valid`;
}

/** What IAM says of a resource that is no ARN. */
export function malformedResource(resource: string): string {
  return `Resource ${resource} must be in ARN format or "*".`;
}

/** What IAM says of a principal that is none. */
export function malformedPrincipal(kind: string, principal: string): string {
  return `Invalid principal in policy: "${kind}":"${principal}"`;
}
