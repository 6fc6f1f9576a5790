import type { OperationContract } from '../contracts/contract.ts';
import type { Client } from './client.ts';
import { callAllPages } from './paginate.ts';
import { operationOf } from './services.ts';
import type { Terminal } from './terminal.ts';
import { isoTime, toReadable } from './wire-value.ts';

/** Prints an operation's output as one JSON document, as the aws CLI spells it. */
export function printJson<Output>(
  contract: OperationContract<unknown, Output>,
  output: Output,
  terminal: Terminal,
): void {
  const shape = operationOf(contract).output;
  const readable = shape ? (toReadable(output, shape) as Record<string, unknown>) : {};
  // A list that --limit has cut has a token that only the aws CLI's way of calling understands.
  const { NextToken: _, ...whole } = readable;
  terminal.out.write(`${JSON.stringify(whole, null, 4)}\n`);
}

/** Calls a list operation page by page: its whole list, or its first `limit` items. */
export async function listAll<Input extends object, Output>(
  client: Client,
  contract: OperationContract<Input, Output>,
  input: Input,
  limit?: number,
): Promise<Output> {
  const operation = operationOf(contract);
  const given = input as Record<string, unknown>;
  return (await callAllPages(client, operation, given, { maxItems: limit })) as Output;
}

/** Says that `--limit` has cut a list off; not where a program reads it. */
export function noteMore(output: { NextToken?: string }, terminal: Terminal): void {
  if (output.NextToken === undefined || !terminal.out.isTerminal) return;
  terminal.error.write('There are more; a higher --limit shows them.\n');
}

/** A moment as tables show it, in local time: `2026-11-21 20:15`. */
export function shortTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined
    ? undefined
    : isoTime(milliseconds).slice(0, 16).replace('T', ' ');
}

/** A moment to the second, in local time: `2026-11-21 20:15:27`. */
export function longTime(milliseconds: number): string {
  return isoTime(milliseconds).slice(0, 19).replace('T', ' ');
}
