import { ListAccounts } from '../contracts/imprimatur-accounts.ts';
import type { Account } from '../contracts/imprimatur-accounts.ts';
import { listAll, printJson, shortTime } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur accounts list`: lists the accounts by number. */
export function accountsList(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'accounts list',
      summary: 'Lists the accounts by number.',
      examples: [
        ['accounts list', 'lists all accounts'],
        ['accounts list --json', 'prints what ListAccounts answers'],
      ],
    },
    terminal,
  );
  addCommonOptions(command).action((options: CommonOptions) => listAccounts(options, terminal));
  return runCommand(command, args);
}

async function listAccounts(options: CommonOptions, terminal: Terminal): Promise<void> {
  const output = await listAll(connect(options, terminal), ListAccounts, {});
  if (options.json) printJson(ListAccounts, output, terminal);
  else terminal.out.write(renderTable(accountColumns, output.Accounts, terminal));
}

const accountColumns: readonly Column<Account>[] = [
  { title: 'ACCOUNT', text: (account) => account.AccountId },
  { title: 'NAME', text: (account) => account.Name, flexible: true },
  {
    title: 'STATUS',
    text: (account) => account.Status,
    style: (account) => (account.Status === 'Active' ? 'green' : 'red'),
  },
  { title: 'CREATED', text: (account) => shortTime(account.CreationTime) },
  { title: 'OPERATOR', text: (account) => (account.IsOperator ? 'yes' : undefined) },
];
