import { UpdateModelPackage } from '../contracts/sagemaker.gen.ts';
import type { ModelApprovalStatus } from '../contracts/sagemaker.gen.ts';
import { printJson } from './answer.ts';
import { approvalStyle } from './approval.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommandText, CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { paint } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { describeVersion, versionName } from './version-name.ts';

interface ApprovalOptions extends CommonOptions {
  readonly description?: string;
}

/** A command that gives a version an approval status, with a reason. */
export function approvalCommand(
  text: CommandText,
  status: ModelApprovalStatus,
): (args: readonly string[], terminal: Terminal) => Promise<void> {
  return (args, terminal) => {
    const command = newCommand(text, terminal)
      .argument('<version>', 'ARN, <group>/<number> or alias')
      .option('-m, --description <text>', 'why; it is kept with the version and in its history');
    addCommonOptions(command).action((name: string, options: ApprovalOptions) =>
      setApproval(name, status, options, terminal),
    );
    return runCommand(command, args);
  };
}

async function setApproval(
  name: string,
  status: ModelApprovalStatus,
  options: ApprovalOptions,
  terminal: Terminal,
): Promise<void> {
  const client = connect(options, terminal);
  const before = await describeVersion(client, name);
  const output = await client.call(UpdateModelPackage, {
    ModelPackageArn: before.ModelPackageArn,
    ModelApprovalStatus: status,
    ...(options.description !== undefined && { ApprovalDescription: options.description }),
  });
  if (options.json) {
    printJson(UpdateModelPackage, output, terminal);
    return;
  }
  const shown = (one: string | undefined): string =>
    paint(one ?? 'none', approvalStyle(one) ?? [], terminal.out, terminal.environment);
  const { ModelApprovalStatus: from } = before;
  const change =
    from === status ? `${shown(status)}, as before` : `${shown(from)} → ${shown(status)}`;
  terminal.out.write(`${versionName(before)}: ${change}\n`);
}
