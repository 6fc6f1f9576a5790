import { parseArn } from '../../kernel/arn.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { signingAt } from '../../domain/webhooks/signing-secret.ts';
import { webhookBinding } from '../../domain/webhooks/webhook.ts';
import { findWebhook } from '../../domain/webhooks/webhook-store.ts';
import type { Database } from '../../store/database.ts';
import { cloudEvent, cloudEventType } from './cloud-event.ts';
import { httpOutcome } from './http-outcome.ts';
import type { HttpSender } from './http-request.ts';
import { OpenedSecrets } from './opened-secrets.ts';
import { signatureHeaders } from './standard-webhooks.ts';
import type { Invocation, Outcome, TargetKind } from './target.ts';

/** What targets that speak HTTP work with. */
export interface HttpTargetParts {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly sender: HttpSender;
  readonly clock: Clock;
}

/** Webhooks: an event is posted, signed by the Standard Webhooks scheme. */
export function webhookTarget({ database, secrets, sender, clock }: HttpTargetParts): TargetKind {
  const opened = new OpenedSecrets(secrets);
  return {
    serves: (arn) => webhookName(arn) !== undefined,
    close: () => sender.close(),
    async send(invocation: Invocation): Promise<Outcome> {
      const name = webhookName(invocation.target.Arn)!;
      const row = await database.read((tx) => findWebhook(tx, invocation, name));
      if (!row) return gone(name);
      const isCloudEvent = row.format === 'CloudEvents';
      const body = isCloudEvent ? JSON.stringify(cloudEvent(invocation.event)) : invocation.input;
      const at = clock.now();
      const signing = signingAt(opened.open(row, webhookBinding(row)), at);
      const signed = { id: invocation.event.id, at, body };
      const headers = {
        'User-Agent': 'Imprimatur/Webhooks',
        'Content-Type': isCloudEvent ? cloudEventType : 'application/json; charset=utf-8',
        ...signatureHeaders(
          signed,
          signing.map(({ secret }) => secret),
        ),
      };
      const message = { method: 'POST', url: new URL(row.url), headers, body };
      return httpOutcome(await sender.send(message, invocation.signal), clock.now());
    },
  };
}

/** The name in a webhook's ARN; undefined for any other. */
function webhookName(arn: string): string | undefined {
  const { service, resource = '' } = parseArn(arn) ?? {};
  return service === 'imprimatur' ? /^webhook\/([^/]+)$/.exec(resource)?.[1] : undefined;
}

function gone(name: string): Outcome {
  const message = `The webhook '${name}' does not exist.`;
  return { kind: 'never', errorCode: 'NO_RESOURCE', message };
}
