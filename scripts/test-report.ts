/**
 * Tells the story of a test run: failures in full, passes in brief, and whatever takes over a
 * second.
 */
import { styleText } from 'node:util';
import type { GroupMessage } from './test-group.ts';

interface FileTotals {
  file: string;
  tests: number;
  failed: number;
  startedAt: number;
}

const slowMilliseconds = 1_000;
const silentMillisecondsMax = 5_000;

/** The report of one run, fed with the messages of all groups of tests. */
export class TestReport {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly #eachFile: boolean;
  readonly #openFiles = new Map<string, FileTotals>();
  readonly #skips = new Map<string, number>();
  readonly #failures: string[] = [];
  readonly #startedAt = performance.now();
  readonly #ticker = setInterval(() => this.#tick(), slowMilliseconds);
  #running = 'starting';
  #printedAt = performance.now();

  /** `eachFile` asks for a line for every file; else only files that are slow have one. */
  constructor(eachFile: boolean) {
    this.#eachFile = eachFile;
  }

  /** Takes one message of a group; a group's files arrive one after the other. */
  take(group: string, message: GroupMessage): void {
    if (message.kind === 'ended') return this.#closeFile(group);
    const name = `${message.file} › ${message.name}`;
    const totals = this.#openFile(group, message.file);
    if (message.kind === 'started') {
      this.#running = name;
      return undefined;
    }
    totals.tests += 1;
    if (message.kind === 'passed') {
      this.passed += 1;
      const { milliseconds } = message;
      if (milliseconds >= slowMilliseconds) this.#print(`  ${seconds(milliseconds)}  ${name}`);
    } else if (message.kind === 'skipped') {
      this.skipped += 1;
      this.#skips.set(message.reason, (this.#skips.get(message.reason) ?? 0) + 1);
    } else {
      this.failed += 1;
      totals.failed += 1;
      const title = `${message.place}  ${message.name}`;
      this.#failures.push(title);
      this.#print(`${styleText('red', '✖')} ${title}\n${indent(message.text)}`);
    }
    return undefined;
  }

  /** Prints what is left to say when all groups have ended. */
  finish(): void {
    clearInterval(this.#ticker);
    if (this.#failures.length > 1) this.#print(`\nFailed:\n${indent(this.#failures.join('\n'))}`);
    for (const [reason, count] of this.#skips) this.#print(`Skipped ${count}: ${reason}`);
    this.#print(`Tests took ${seconds(performance.now() - this.#startedAt)}.`);
  }

  #openFile(group: string, file: string): FileTotals {
    const known = this.#openFiles.get(group);
    if (known?.file === file) return known;
    this.#closeFile(group);
    const fresh = { file, tests: 0, failed: 0, startedAt: performance.now() };
    this.#openFiles.set(group, fresh);
    return fresh;
  }

  #closeFile(group: string): void {
    const totals = this.#openFiles.get(group);
    this.#openFiles.delete(group);
    if (totals === undefined) return;
    const milliseconds = performance.now() - totals.startedAt;
    if (!this.#eachFile && milliseconds < slowMilliseconds) return;
    const mark = totals.failed > 0 ? styleText('red', '✖') : styleText('green', '✔');
    this.#print(`${mark} ${totals.file}  ${totals.tests} tests, ${seconds(milliseconds)}`);
  }

  /** Says what runs when nothing was said for a while. */
  #tick(): void {
    const now = performance.now();
    if (now - this.#printedAt < silentMillisecondsMax) return;
    const elapsed = seconds(now - this.#startedAt);
    this.#print(`  … ${elapsed}: ${this.passed} passed so far, now ${this.#running}`);
  }

  #print(line: string): void {
    this.#printedAt = performance.now();
    console.log(line);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
