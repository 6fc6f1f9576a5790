import type { UserContext } from '../contracts/sagemaker.gen.ts';
import type { Principal } from './access/principal.ts';

/** The caller as CreatedBy and LastModifiedBy tell it (registry.md section 3.1). */
export function userContext(principal: Principal): UserContext {
  return { IamIdentity: { Arn: principal.arn, PrincipalId: principal.principalId } };
}
