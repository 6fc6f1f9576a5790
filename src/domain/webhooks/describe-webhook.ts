import { DescribeWebhook } from '../../contracts/imprimatur-webhooks.ts';
import { operation } from '../operation.ts';
import { namedWebhookArn, webhookView } from './webhook.ts';
import { requireWebhook } from './webhook-store.ts';

/** Answers a webhook's facts. */
export const describeWebhook = operation(DescribeWebhook, {
  effect: 'read',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  async run({ Name }, { tx, call }) {
    return { Webhook: webhookView(await requireWebhook(tx, call, Name), call) };
  },
});
