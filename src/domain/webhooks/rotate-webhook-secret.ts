import { RotateWebhookSecret } from '../../contracts/imprimatur-webhooks.ts';
import { operation } from '../operation.ts';
import { rotateSecret } from './signing-secret.ts';
import { namedWebhookArn, webhookBinding } from './webhook.ts';
import { requireWebhook, saveWebhookSecrets } from './webhook-store.ts';

/** Gives a webhook a new secret, which only this answer holds; the old one signs on for a while. */
export const rotateWebhookSecret = operation(RotateWebhookSecret, {
  effect: 'write',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  async run({ Name, OverlapSeconds }, { tx, call, journal, secrets }) {
    const row = await requireWebhook(tx, call, Name);
    const rotation = rotateSecret(row, OverlapSeconds, {
      now: call.now,
      box: secrets,
      boundTo: webhookBinding(row),
    });
    await saveWebhookSecrets(tx, { id: row.id, ...rotation.columns });
    const { OldSecretExpirationTime } = rotation.output;
    journal.record({
      resourceArn: namedWebhookArn(Name, call),
      after: { OldSecretExpirationTime },
    });
    return rotation.output;
  },
});
