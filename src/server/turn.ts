/**
 * Gathers the requests of one turn of the event loop, so that they go through the pipeline side by
 * side, step by step. Each alone, between calls to the system for others, would find the code and
 * data of every step gone from the processor's caches, and take more than twice as long.
 */
export class Turn {
  #end: Promise<void> | undefined;

  /** Waits until all that can be read now has been read. */
  end(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#end = undefined;
        resolve();
      });
    });
    return this.#end;
  }
}
