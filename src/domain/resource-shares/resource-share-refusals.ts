import { echo } from '../../contracts/validate.ts';
import { Refusal } from '../../kernel/refusal.ts';

/** A text where the ARN of something must stand; clients match its words. */
export function malformedArn(arn: string): Refusal {
  const what = `The specified resource ARN ${echo(arn)} is not valid.`;
  return new Refusal('invalid', `${what} Verify the ARN and try again.`, {
    code: 'MalformedArnException',
  });
}

/** The ARN of what nobody can share; clients match its words. */
export function unshareable(): Refusal {
  const message = 'You cannot share the selected resource type.';
  return new Refusal('invalid', message, { code: 'MalformedArnException' });
}

/** What is no account; clients match its words. */
export function malformedPrincipal(id: string): Refusal {
  const message = `Principal ID ${echo(id)} is malformed. Verify the ID and try again.`;
  return new Refusal('invalid', message, { code: 'InvalidParameterException' });
}

/** Something that is not there, or not for the caller to see. */
export function unknownResource(what: string): Refusal {
  const message = `${what} could not be found.`;
  return new Refusal('missing', message, { code: 'UnknownResourceException' });
}

/** An invitation that is not there, or is another's. */
export function unknownInvitation(arn: string): Refusal {
  const code = 'ResourceShareInvitationArnNotFoundException';
  return new Refusal('missing', `ResourceShareInvitation ${echo(arn)} could not be found.`, {
    code,
  });
}

/** What is not done here, whoever asks. */
export function notPermitted(message: string): Refusal {
  return new Refusal('conflict', message, { code: 'OperationNotPermittedException' });
}

/** More than a share may hold. */
export function tooMany(message: string): Refusal {
  return new Refusal('limit', message, { code: 'ResourceShareLimitExceededException' });
}
