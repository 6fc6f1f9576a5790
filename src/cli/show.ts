import type { AsOf } from '../contracts/imprimatur-past.ts';
import { DescribeModelPackage, ListTags } from '../contracts/sagemaker.gen.ts';
import { printJson } from './answer.ts';
import { asOfOption } from './as-of.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { showAsOf } from './show-as-of.ts';
import { packageText } from './show-text.ts';
import type { Terminal } from './terminal.ts';
import { describeVersion } from './version-name.ts';

interface ShowOptions extends CommonOptions {
  readonly asOf?: AsOf;
}

/** `imprimatur show`: shows all about a version, as it is or as it was. */
export function show(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'show',
      summary:
        'Shows all about a version; with --as-of what a version or a group was, and who had ' +
        'approved it, also when it is gone.',
      examples: [
        ['show fraud/3', 'shows version 3 of the group fraud'],
        ['show ImageClassifier-v1', 'shows the version with this alias'],
        ['show fraud/3 --json', 'prints what DescribeModelPackage answers'],
        ['show fraud/3 --as-of 2026-05-03', 'shows what it was at the end of 3 May'],
        ['show fraud --as-of "#1234"', 'shows the group as of entry 1234 of the journal'],
      ],
    },
    terminal,
  )
    .argument('<version>', 'ARN, <group>/<number> or alias')
    .addOption(asOfOption());
  addCommonOptions(command).action((name: string, options: ShowOptions) =>
    showVersion(name, options, terminal),
  );
  return runCommand(command, args);
}

async function showVersion(name: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const client = connect(options, terminal);
  const { asOf: moment, json } = options;
  if (moment) {
    await showAsOf(client, { name, moment, json }, terminal);
    return;
  }
  const described = await describeVersion(client, name);
  if (json) {
    printJson(DescribeModelPackage, described, terminal);
    return;
  }
  const { Tags = [] } = await client.call(ListTags, { ResourceArn: described.ModelPackageArn });
  terminal.out.write(await packageText(described, Tags, terminal));
}
