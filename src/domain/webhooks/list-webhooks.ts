import { ListWebhooks } from '../../contracts/imprimatur-webhooks.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { operation } from '../operation.ts';
import { namedWebhookArn, webhookView } from './webhook.ts';
import { listWebhookRows } from './webhook-store.ts';

/** Lists the webhooks by name, page by page. */
export const listWebhooks = operation(ListWebhooks, {
  effect: 'read',
  resource: (_input, call) => namedWebhookArn(undefined, call),
  async run({ NextToken, MaxResults: limit = limits.pageItemsMax }, { tx, call }) {
    const binding = ['ListWebhooks', call.accountId, call.region];
    const [after = ''] = parsePageToken(NextToken, binding, ['string']) ?? [];
    const rows = await listWebhookRows(tx, call, { after: String(after), limit: limit + 1 });
    const page = rows.slice(0, limit);
    return {
      Webhooks: page.map((row) => webhookView(row, call)),
      ...(rows.length > limit && { NextToken: formatPageToken([page.at(-1)!.name], binding) }),
    };
  },
});
