/** The ratings of a model's risk. */
const riskRatings = ['High', 'Medium', 'Low', 'Unknown'];

/** What `type` says in a metric of one value. */
const simpleMetricTypes = ['number', 'string', 'boolean'];

const number = { type: 'number' };

const text = (maxLength: number) => ({ type: 'string', maxLength });

// The published schema writes `.{1,n}` unanchored, which bounds nothing; model-cards.md 5.8.
const name = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

const list = (items: object, bounds: { minItems?: number; maxItems?: number } = {}) => ({
  type: 'array',
  items,
  ...bounds,
});

const textByName = { type: 'object', additionalProperties: text(1024) };

const closed = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const open = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
});

const modelOverview = closed({
  model_description: text(1024),
  model_creator: text(1024),
  model_owner: text(1024),
  algorithm_type: text(1024),
  problem_type: text(1024),
  model_artifact: list(text(1024), { maxItems: 15 }),
});

const intendedUses = closed({
  purpose_of_model: text(2048),
  intended_uses: text(2048),
  factors_affecting_model_efficiency: text(2048),
  risk_rating: { enum: riskRatings },
  explanations_for_risk_rating: text(2048),
});

const businessDetails = closed({
  business_problem: text(2048),
  business_stakeholders: text(2048),
  line_of_business: text(2048),
});

const trainingMetrics = list(
  closed({ name: name(255), value: number, notes: text(1024) }, ['name', 'value']),
  { maxItems: 50 },
);

const hyperParameters = list(closed({ name: name(255), value: text(255) }, ['name']), {
  maxItems: 100,
});

const trainingDetails = closed({
  // Open, because the published schema declares these two beside `properties`, not in it.
  objective_function: open({
    function: closed({
      function: { enum: ['Maximize', 'Minimize'] },
      facet: text(63),
      condition: text(63),
    }),
    notes: text(1024),
  }),
  training_observations: text(1024),
  training_job_details: closed({
    training_arn: text(1024),
    training_datasets: list(text(1024), { maxItems: 15 }),
    training_environment: closed({ container_image: list(text(1024), { maxItems: 15 }) }),
    training_metrics: trainingMetrics,
    user_provided_training_metrics: trainingMetrics,
    hyper_parameters: hyperParameters,
    user_provided_hyper_parameters: hyperParameters,
  }),
});

const metricOf = (
  types: readonly string[],
  value: object,
  axes: { x_axis_name: object; y_axis_name: object },
) => closed({ name: name(255), notes: text(1024), type: { enum: types }, value, ...axes });

const metric = {
  type: 'object',
  required: ['name', 'type', 'value'],
  properties: { type: { enum: [...simpleMetricTypes, 'linear_graph', 'bar_chart', 'matrix'] } },
  discriminator: { propertyName: 'type' },
  oneOf: [
    metricOf(
      simpleMetricTypes,
      { type: ['number', 'string', 'boolean'], maxLength: 63 },
      { x_axis_name: text(63), y_axis_name: text(63) },
    ),
    metricOf(['linear_graph'], list(list(number, { minItems: 2, maxItems: 2 }), { minItems: 1 }), {
      x_axis_name: text(63),
      y_axis_name: text(63),
    }),
    metricOf(['bar_chart'], list(number, { minItems: 1 }), {
      x_axis_name: list(text(63)),
      y_axis_name: text(63),
    }),
    metricOf(
      ['matrix'],
      list(list(number, { minItems: 1, maxItems: 20 }), { minItems: 1, maxItems: 20 }),
      {
        x_axis_name: list(text(63), { maxItems: 20 }),
        y_axis_name: list(text(63), { maxItems: 20 }),
      },
    ),
  ],
};

const evaluationDetails = list(
  closed(
    {
      name: name(63),
      evaluation_observation: text(2096),
      evaluation_job_arn: text(256),
      datasets: list(text(1024), { maxItems: 10 }),
      metadata: textByName,
      metric_groups: list(
        open({ name: name(63), metric_data: list(metric) }, ['name', 'metric_data']),
      ),
    },
    ['name'],
  ),
);

/** The JSON schema (draft 7) of a model package's card: model-cards.md sections 5 and 6. */
export const modelPackageCardSchema = closed({
  model_overview: modelOverview,
  intended_uses: intendedUses,
  business_details: businessDetails,
  training_details: trainingDetails,
  evaluation_details: evaluationDetails,
  additional_information: closed({
    ethical_considerations: text(2048),
    caveats_and_recommendations: text(2048),
    custom_details: textByName,
  }),
});

/** Members that a standalone model card has and a package's card has not. */
export const standaloneCardMembers: ReadonlySet<string> = new Set([
  'model_package_details',
  'model_id',
  'model_name',
  'model_version',
  'inference_environment',
]);
