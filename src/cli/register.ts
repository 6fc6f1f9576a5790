import {
  CreateModelPackage,
  CreateModelPackageGroup,
  UpdateModelPackage,
} from '../contracts/sagemaker.gen.ts';
import type { CreateModelPackageInput } from '../contracts/sagemaker.gen.ts';
import { printJson } from './answer.ts';
import { approvalOption } from './approval.ts';
import type { Client } from './client.ts';
import { addCommonOptions, collect, newCommand, runCommand } from './command.ts';
import { connect } from './connect.ts';
import { ServiceFailure } from './failure.ts';
import { registration } from './registration.ts';
import type { RegisterOptions } from './registration.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur register`: registers a new version of a group. */
export function register(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'register',
      summary: 'Registers a new version of a group; prints its ARN.',
      examples: [
        [
          'register fraud --create-group --image registry/fraud:1 --model-data s3://models/1',
          'registers a version of fraud, which is created if need be',
        ],
        [
          'register fraud --source-uri s3://models/2 --metrics metrics.json --metadata owner=ana',
          'registers a version with the metrics of a file and more metadata',
        ],
        ['register fraud --image registry/fraud:3 --name fraud-v3', 'registers it with an alias'],
      ],
    },
    terminal,
  )
    .argument('<group>', 'name or ARN of the group')
    .option('--create-group', 'create the group if it is not there')
    .option('--image <uri>', 'container image that runs the model')
    .option('--model-data <uri>', 'S3 or https URI of the model data')
    .option('--content-type <type>', 'media type of requests; may be repeated', collect)
    .option('--response-type <type>', 'media type of responses; may be repeated', collect)
    .option('--source-uri <uri>', 'where the model comes from')
    .option('--description <text>', 'what the version is')
    .option('--metadata <key=value>', 'customer metadata; may be repeated', collect)
    .option('--tag <key=value>', 'tag of the version (an extension); may be repeated', collect)
    .option(
      '--metrics <file>',
      'JSON file of metrics, which become customer metadata, or of the members of ModelMetrics; ' +
        'or the S3 URI of a model quality report',
    )
    .option('--name <alias>', 'alias of the version (an extension)')
    .option('--status <status>', 'approval status to begin with', approvalOption)
    .option('--token <token>', 'registers once, however often it is repeated with this token');
  addCommonOptions(command).action((group: string, options: RegisterOptions) =>
    registerVersion(group, options, terminal),
  );
  return runCommand(command, args);
}

async function registerVersion(
  group: string,
  options: RegisterOptions,
  terminal: Terminal,
): Promise<void> {
  const input = registration(group, options);
  const client = connect(options, terminal);
  if (options.createGroup) await createGroup(client, group);
  const output = await create(client, input);
  if (options.json) {
    printJson(CreateModelPackage, output, terminal);
    return;
  }
  terminal.out.write(`${output.ModelPackageArn}\n`);
}

async function createGroup(client: Client, group: string): Promise<void> {
  try {
    await client.call(CreateModelPackageGroup, { ModelPackageGroupName: group });
  } catch (error) {
    if (!(error instanceof ServiceFailure) || !/already exists/.test(error.text)) throw error;
  }
}

/** With a specification the source is set afterwards: one call cannot have both. */
async function create(
  client: Client,
  input: CreateModelPackageInput,
): Promise<{ ModelPackageArn: string }> {
  const { SourceUri: source, ...rest } = input;
  if (source === undefined || !input.InferenceSpecification) {
    return client.call(CreateModelPackage, input);
  }
  const output = await client.call(CreateModelPackage, rest);
  await client.call(UpdateModelPackage, { ...output, SourceUri: source });
  return output;
}
