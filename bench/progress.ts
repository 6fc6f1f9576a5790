/** Tells on standard error what is going on, so that standard output holds the results alone. */
export class Progress {
  readonly #atTerminal = process.stderr.isTTY;
  #startedAt = performance.now();
  #told = '';
  #toldAt = 0;

  /** A step that takes a while. */
  step(text: string): void {
    if (this.#atTerminal) process.stderr.write(`\r\u001b[K${text}`);
    else if (text !== this.#told) process.stderr.write(`${text}\n`);
    this.#told = text;
  }

  /** A step of which a share is done, with a bar and the time that is left. */
  part(text: string, share: number): void {
    const now = performance.now();
    if (text !== this.#told) this.#startedAt = now;
    this.#told = text;
    const pauseMilliseconds = this.#atTerminal ? 200 : 15_000;
    if (share < 1 && now - this.#toldAt < pauseMilliseconds) return;
    this.#toldAt = now;
    const seconds = (now - this.#startedAt) / 1_000;
    const left = share === 0 ? '' : `, ${Math.ceil((seconds * (1 - share)) / share)} s left`;
    const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░');
    const line = `${text} ${bar} ${Math.floor(share * 100)} %${left}`;
    process.stderr.write(this.#atTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** Leaves a clean line behind. */
  done(): void {
    if (this.#atTerminal) process.stderr.write('\r\u001b[K');
    this.#told = '';
  }
}
