import type { UserContext } from '../contracts/sagemaker.gen.ts';
import type { Principal } from './access/principal.ts';

/** The caller as CreatedBy and LastModifiedBy tell it (registry.md section 3.1). */
export function userContext({ arn, principalId, session }: Principal): UserContext {
  const SourceIdentity = session?.sourceIdentity;
  return {
    IamIdentity: {
      Arn: arn,
      PrincipalId: principalId,
      ...(SourceIdentity !== undefined && { SourceIdentity }),
    },
  };
}
