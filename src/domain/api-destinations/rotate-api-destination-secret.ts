import { RotateApiDestinationSecret } from '../../contracts/imprimatur-webhooks.ts';
import { operation } from '../operation.ts';
import { rotateSecret } from '../webhooks/signing-secret.ts';
import { destinationBinding, destinationState } from './api-destination.ts';
import { saveDestinationSecrets } from './api-destination-store.ts';
import { namedDestinationArn, targetDestination } from './destination-target.ts';

/** Gives a destination a new signing secret, which only this answer holds. */
export const rotateApiDestinationSecret = operation(RotateApiDestinationSecret, {
  effect: 'write',
  resource: (input, call) => namedDestinationArn(input, call),
  find: (input, context) => targetDestination(context, input),
  async run({ OverlapSeconds }, { tx, call, journal, secrets, found: row }) {
    const rotation = rotateSecret(row, OverlapSeconds, {
      now: call.now,
      box: secrets,
      boundTo: destinationBinding(row),
    });
    await saveDestinationSecrets(tx, { id: row.id, ...rotation.columns });
    const { OldSecretExpirationTime } = rotation.output;
    journal.record({
      resourceArn: destinationState(row, call.partition).ApiDestinationArn,
      after: { OldSecretExpirationTime },
    });
    return rotation.output;
  },
});
