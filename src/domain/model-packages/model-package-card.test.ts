import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../kernel/refusal.ts';
import { checkModelCard, mergeModelCard, reduceModelCard } from './model-package-card.ts';

const prefix = 'ModelCard.ModelCardContent is not a valid model card: ';

async function check(content: unknown): Promise<void> {
  await checkModelCard({
    ModelCardContent: typeof content === 'string' ? content : JSON.stringify(content),
  });
}

async function faultsOf(content: unknown): Promise<string[]> {
  try {
    await check(content);
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.kind, 'invalid');
    assert.ok(error.message.startsWith(prefix), error.message);
    return error.message.slice(prefix.length).split('; ');
  }
  return assert.fail('accepted');
}

const evaluation = (metric: object) => ({
  evaluation_details: [{ name: 'holdout', metric_groups: [{ name: 'm', metric_data: [metric] }] }],
});

const metricPlace = 'evaluation_details[0].metric_groups[0].metric_data[0]';
const metricTypes = 'must be one of number, string, boolean, linear_graph, bar_chart, matrix';

test('a card of every section is valid', async () => {
  await check({
    model_overview: {
      model_description: 'Fraud',
      model_creator: 'Ann',
      model_owner: 'Bob',
      algorithm_type: 'Trees',
      problem_type: 'Binary Classification',
      model_artifact: ['s3://bucket/model.tar.gz'],
    },
    intended_uses: { purpose_of_model: 'Rank', risk_rating: 'Low' },
    business_details: { business_problem: 'Fraud', line_of_business: 'Cards' },
    training_details: {
      objective_function: { function: { function: 'Maximize', facet: 'AUC' }, notes: 'n', more: 1 },
      training_observations: 'none',
      training_job_details: {
        training_arn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-job/j',
        training_datasets: ['s3://bucket/train'],
        training_environment: { container_image: ['image:1'] },
        training_metrics: [{ name: 'auc', value: 0.9, notes: 'n' }],
        user_provided_training_metrics: [],
        hyper_parameters: [{ name: 'depth', value: '6' }, { name: 'seed' }],
        user_provided_hyper_parameters: [{ name: 'eta', value: '' }],
      },
    },
    evaluation_details: [
      {
        name: 'holdout',
        evaluation_observation: 'x'.repeat(2096),
        evaluation_job_arn: 'arn',
        datasets: ['s3://bucket/holdout.csv'],
        metadata: { anything: 'goes' },
        metric_groups: [
          {
            name: 'quality',
            extra: { deeply: [['nested']] },
            metric_data: [
              { name: 'auc', type: 'number', value: 0.9, notes: 'n', x_axis_name: 'x' },
              { name: 'label', type: 'string', value: 'good' },
              { name: 'passed', type: 'boolean', value: true },
              {
                name: 'roc',
                type: 'linear_graph',
                value: [
                  [0, 0],
                  [1, 1],
                ],
                y_axis_name: 'tpr',
              },
              { name: 'bars', type: 'bar_chart', value: [1, 2], x_axis_name: ['a', 'b'] },
              {
                name: 'confusion',
                type: 'matrix',
                value: [
                  [9, 1],
                  [2, 8],
                ],
                y_axis_name: ['a', 'b'],
              },
            ],
          },
        ],
      },
    ],
    additional_information: {
      ethical_considerations: 'none',
      caveats_and_recommendations: 'none',
      custom_details: { 'any key': 'any value' },
    },
  });
});

test('an empty object is a card, and a card may come without content', async () => {
  await check('{}');
  await checkModelCard({});
  await checkModelCard({ ModelCardStatus: 'Approved' });
});

for (const [content, fault] of [
  ['', 'it is not JSON text'],
  ['{"intended_uses":', 'it is not JSON text'],
  ['{"intended_uses":{"risk_rating":NaN}}', 'it is not JSON text'],
  ['null', 'it must be an object'],
  ['[]', 'it must be an object'],
  ['"card"', 'it must be an object'],
  [{ model_overview: [] }, 'model_overview must be an object'],
  [
    { model_overview: { model_creator: 'x'.repeat(1025) } },
    'model_overview.model_creator must have at most 1024 characters',
  ],
  [
    { model_overview: { model_artifact: Array(16).fill('a') } },
    'model_overview.model_artifact must have at most 15 elements',
  ],
  [
    { model_overview: { model_artifact: [1] } },
    'model_overview.model_artifact[0] must be a string',
  ],
  [
    { intended_uses: { risk_rating: 'Severe' } },
    'intended_uses.risk_rating must be one of High, Medium, Low, Unknown',
  ],
  [
    { intended_uses: { risk_rating: null } },
    'intended_uses.risk_rating must be one of High, Medium, Low, Unknown',
  ],
  [
    { business_details: { line_of_business: 'x'.repeat(2049) } },
    'business_details.line_of_business must have at most 2048 characters',
  ],
  [
    { training_details: { objective_function: { function: { function: 'Max' } } } },
    'training_details.objective_function.function.function must be one of Maximize, Minimize',
  ],
  [
    {
      training_details: { training_job_details: { training_metrics: [{ name: 'a', value: '1' }] } },
    },
    'training_details.training_job_details.training_metrics[0].value must be a number',
  ],
  [
    { training_details: { training_job_details: { hyper_parameters: [{ value: '1' }] } } },
    'training_details.training_job_details.hyper_parameters[0] must have the member name',
  ],
  [
    {
      training_details: {
        training_job_details: {
          hyper_parameters: Array.from({ length: 101 }, () => ({ name: 'a' })),
        },
      },
    },
    'training_details.training_job_details.hyper_parameters must have at most 100 elements',
  ],
  [{ evaluation_details: {} }, 'evaluation_details must be a list'],
  [{ evaluation_details: [{}] }, 'evaluation_details[0] must have the member name'],
  [
    { evaluation_details: [{ name: '' }] },
    'evaluation_details[0].name must have at least 1 characters',
  ],
  [
    { evaluation_details: [{ name: 'x'.repeat(64) }] },
    'evaluation_details[0].name must have at most 63 characters',
  ],
  [
    { evaluation_details: [{ name: 'a', metadata: { secret: 1 } }] },
    'evaluation_details[0].metadata.* must be a string',
  ],
  [
    { evaluation_details: [{ name: 'a', metric_groups: [{ name: 'b' }] }] },
    'evaluation_details[0].metric_groups[0] must have the member metric_data',
  ],
  [evaluation({ name: 'a', value: 1 }), `${metricPlace} must have the member type`],
  [evaluation({ name: 'a', type: 'pie', value: 1 }), `${metricPlace}.type ${metricTypes}`],
  [evaluation({ name: 'a', type: 3, value: 1 }), `${metricPlace}.type ${metricTypes}`],
  [
    evaluation({ name: 'a', type: 'number', value: [] }),
    `${metricPlace}.value must be a number or a string or a boolean`,
  ],
  [
    evaluation({ name: 'a', type: 'matrix', value: [Array(21).fill(0)] }),
    `${metricPlace}.value[0] must have at most 20 elements`,
  ],
  [
    evaluation({ name: 'a', type: 'matrix', value: [] }),
    `${metricPlace}.value must have at least 1 elements`,
  ],
  [
    evaluation({ name: 'a', type: 'linear_graph', value: [[1]] }),
    `${metricPlace}.value[0] must have at least 2 elements`,
  ],
  [
    { additional_information: { custom_details: { '12345': 1 } } },
    'additional_information.custom_details.* must be a string',
  ],
  [
    { additional_information: { custom_details: { 'a/b~c': 1 } } },
    'additional_information.custom_details.* must be a string',
  ],
] as const) {
  test(`the card ${JSON.stringify(content).slice(0, 80)} is refused: ${fault}`, async () => {
    assert.deepEqual(await faultsOf(content), [fault]);
  });
}

test('a member of a standalone card is named, another unknown one is not', async () => {
  const overview =
    'model_description, model_creator, model_owner, algorithm_type, problem_type, model_artifact';
  assert.deepEqual(await faultsOf({ model_overview: { model_id: 'arn:secret' } }), [
    `model_overview must not have the member model_id, only ${overview}`,
  ]);
  const [fault, other] = await faultsOf({ my_secret: 1 });
  assert.match(
    `${fault}; ${other}`,
    /^it has a member that the schema does not know; it may have model_overview, /,
  );
});

test('a refusal lists several faults, but not without end', async () => {
  assert.deepEqual(await faultsOf({ intended_uses: { risk_rating: 1, intended_uses: 2 } }), [
    'intended_uses.intended_uses must be a string',
    'intended_uses.risk_rating must be one of High, Medium, Low, Unknown',
  ]);
  const many = await faultsOf(`{"evaluation_details":[${Array(40_000).fill(1).join()}]}`);
  assert.equal(many.length, 20);
});

test('no refusal repeats what the card says', async () => {
  const secret = 'k9-secret';
  for (const content of [
    secret,
    `"${secret}"`,
    { [secret]: secret },
    { intended_uses: { risk_rating: secret, [secret]: secret } },
    { additional_information: { custom_details: { [secret]: { [secret]: secret } } } },
    { evaluation_details: [{ name: secret.repeat(9), metadata: { [secret]: 1 } }] },
    evaluation({ name: secret, type: secret, value: [secret] }),
  ]) {
    assert.doesNotMatch((await faultsOf(content)).join('; '), /k9/);
  }
});

test('deep nesting is refused quickly and without a stack overflow', async () => {
  const opened = '['.repeat(50_000);
  const closed = ']'.repeat(49_900);
  const extra = (inner: string) =>
    '{"evaluation_details":[{"name":"a","metric_groups":' +
    `[{"name":"b","metric_data":[],"x":${inner}}]}]}`;
  for (const text of [opened, opened + closed, '{"a":'.repeat(20_000), extra(opened + closed)]) {
    assert.deepEqual(await faultsOf(text), ['it is nested more than 64 levels deep']);
  }
  await check(extra('['.repeat(50) + ']'.repeat(50)));
  await check({ intended_uses: { intended_uses: '[{"\\'.repeat(500) } });
});

test('texts made to be slow are refused in linear time', { timeout: 5_000 }, async () => {
  for (const text of [`"${'a'.repeat(99_999)}`, `"${'\\"'.repeat(49_999)}`, '"'.repeat(99_999)]) {
    assert.deepEqual(await faultsOf(text), ['it is not JSON text']);
  }
});

test('an update keeps what it leaves out', () => {
  const card = { ModelCardContent: '{}', ModelCardStatus: 'Draft' } as const;
  const content = '{"intended_uses":{}}';
  assert.deepEqual(mergeModelCard(undefined, card), card);
  assert.deepEqual(mergeModelCard(undefined, { ModelCardContent: '{}' }), {
    ModelCardContent: '{}',
  });
  assert.deepEqual(mergeModelCard(card, { ModelCardStatus: 'Approved' }), {
    ModelCardContent: '{}',
    ModelCardStatus: 'Approved',
  });
  assert.deepEqual(mergeModelCard(card, { ModelCardContent: content }), {
    ModelCardContent: content,
    ModelCardStatus: 'Draft',
  });
  assert.deepEqual(
    mergeModelCard(card, { ModelCardContent: content, ModelCardStatus: 'Archived' }),
    { ModelCardContent: content, ModelCardStatus: 'Archived' },
  );
});

test('the content of an archived card is frozen', () => {
  const archived = { ModelCardContent: '{}', ModelCardStatus: 'Archived' } as const;
  const message = 'Model Card is in Archived state. Its content can no longer be changed.';
  for (const update of [
    { ModelCardContent: '{ }' },
    { ModelCardContent: '{ }', ModelCardStatus: 'Archived' },
    { ModelCardContent: '{ }', ModelCardStatus: 'Draft' },
  ] as const) {
    assert.throws(() => mergeModelCard(archived, update), { kind: 'invalid', message });
  }
  assert.throws(() => mergeModelCard({ ModelCardStatus: 'Archived' }, { ModelCardContent: '{}' }), {
    message,
  });
});

test('an archived card may leave the archive, also with its content sent along', () => {
  const archived = { ModelCardContent: '{}', ModelCardStatus: 'Archived' } as const;
  const draft = { ModelCardContent: '{}', ModelCardStatus: 'Draft' } as const;
  assert.deepEqual(mergeModelCard(archived, { ModelCardStatus: 'Draft' }), draft);
  assert.deepEqual(mergeModelCard(archived, draft), draft);
  assert.deepEqual(mergeModelCard(archived, { ModelCardContent: '{}' }), archived);
});

test('metadata alone is a short list of paths, and the status', () => {
  const content = {
    model_overview: { model_id: 'i', model_name: 'n', model_creator: 'c' },
    intended_uses: { risk_rating: 'High', purpose_of_model: 'p' },
    model_package_details: { model_package_group_name: 'g', model_package_arn: 'a', domain: 'd' },
    business_details: { business_problem: 'b' },
  };
  const reduced = reduceModelCard({
    ModelCardContent: JSON.stringify(content),
    ModelCardStatus: 'Approved',
  });
  assert.equal(reduced.ModelCardStatus, 'Approved');
  assert.deepEqual(JSON.parse(reduced.ModelCardContent ?? ''), {
    model_overview: { model_id: 'i', model_name: 'n' },
    intended_uses: { risk_rating: 'High' },
    model_package_details: { model_package_group_name: 'g', model_package_arn: 'a' },
  });
  assert.deepEqual(reduceModelCard({ ModelCardContent: '{"intended_uses":{}}' }), {
    ModelCardContent: '{}',
  });
  assert.deepEqual(reduceModelCard({ ModelCardStatus: 'Draft' }), { ModelCardStatus: 'Draft' });
});
