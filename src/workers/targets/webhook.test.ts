import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startEndpoint } from '../../../tests/support/http-endpoint.ts';
import { invocationOf, startWithTargets } from '../../../tests/support/http-targets.ts';

const own = { service: 'imprimatur' } as const;
const arn = 'arn:aws:imprimatur:eu-west-1:123456789012:webhook/ci';

describe('a webhook', () => {
  test('is posted the event, by headers that the library of the scheme takes', async (t) => {
    const { url, requests } = await startEndpoint(t);
    const { app, target } = await startWithTargets(t);
    const input = { Name: 'ci', Url: `${url}/hook`, Events: ['any'] };
    const { Secret } = await app.ok<{ Secret: string }>('CreateWebhook', input, own);
    const invocation = invocationOf(arn);
    assert.deepEqual(await target(arn).send(invocation), {
      ...{ kind: 'delivered', statusCode: 200, answer: '' },
    });
    const [request] = requests;
    const { headers, ...rest } = request!;
    assert.deepEqual(rest, { method: 'POST', url: '/hook', body: invocation.input });
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(headers['webhook-id'], invocation.event.id);
    assert.equal(headers['webhook-timestamp'], String(Math.floor(app.clock.now() / 1_000)));
    app.clock.time = Date.now();
    await target(arn).send(invocation);
    const { body, headers: fresh } = requests[1]!;
    const verified = new Webhook(Secret).verify(body, fresh as Record<string, string>);
    assert.deepEqual(verified, JSON.parse(invocation.input));
  });

  test('is signed by the old secret as well until that expires', async (t) => {
    const { url, requests } = await startEndpoint(t);
    const { app, target } = await startWithTargets(t);
    const input = { Name: 'ci', Url: url, Events: ['any'] };
    const first = await app.ok<{ Secret: string }>('CreateWebhook', input, own);
    const rotation = { Name: 'ci', OverlapSeconds: 60 };
    const second = await app.ok<{ Secret: string }>('RotateWebhookSecret', rotation, own);
    const takes = async (): Promise<boolean[]> => {
      await target(arn).send(invocationOf(arn));
      const { body, headers } = requests.at(-1)!;
      const signatures = headers['webhook-signature'] as string;
      return [first, second].map(({ Secret }) => {
        const at = new Date(app.clock.now());
        const id = headers['webhook-id'] as string;
        return signatures.split(' ').includes(new Webhook(Secret).sign(id, at, body));
      });
    };
    assert.deepEqual(await takes(), [true, true]);
    app.clock.advance(59_999);
    assert.deepEqual(await takes(), [true, true]);
    app.clock.advance(1);
    assert.deepEqual(await takes(), [false, true]);
  });

  test('gets a CloudEvent if that is its format', async (t) => {
    const { url, requests } = await startEndpoint(t);
    const { app, target } = await startWithTargets(t);
    const input = { Name: 'ci', Url: url, Events: ['any'], Format: 'CloudEvents' };
    await app.ok('CreateWebhook', input, own);
    const { event } = invocationOf(arn);
    await target(arn).send(invocationOf(arn));
    const [request] = requests;
    assert.equal(request!.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
    const { specversion, id, type, data } = JSON.parse(request!.body) as Record<string, unknown>;
    assert.deepEqual(
      [specversion, id, type, data],
      ['1.0', event.id, event['detail-type'], event.detail],
    );
  });

  test('that is gone gets nothing', async (t) => {
    const { target } = await startWithTargets(t);
    assert.deepEqual(await target(arn).send(invocationOf(arn)), {
      ...{ kind: 'never', errorCode: 'NO_RESOURCE' },
      message: "The webhook 'ci' does not exist.",
    });
  });

  test('on this network is refused unless the configuration allows it', async (t) => {
    const { url, requests } = await startEndpoint(t);
    const { app, target } = await startWithTargets(t, { allowedTargetAddresses: '10.0.0.0/8' });
    await app.ok('CreateWebhook', { Name: 'ci', Url: url, Events: ['any'] }, own);
    const outcome = await target(arn).send(invocationOf(arn));
    assert.ok('errorCode' in outcome);
    assert.deepEqual([outcome.kind, outcome.errorCode], ['never', 'NO_PERMISSIONS']);
    assert.match(outcome.message, /--allowed-target-addresses/);
    assert.equal(requests.length, 0);
  });
});

test('other targets are not its own', async (t) => {
  const { kinds } = await startWithTargets(t);
  const arns = [
    'arn:aws:sqs:eu-west-1:123456789012:webhook/ci',
    'arn:aws:imprimatur:eu-west-1:123456789012:webhook/ci/more',
    'arn:aws:events:eu-west-1:123456789012:api-destination/ci',
    'webhook/ci',
  ];
  for (const other of arns)
    assert.equal(
      kinds.some((kind) => kind.serves(other)),
      false,
      other,
    );
});
