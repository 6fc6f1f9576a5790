/** npm passes Ctrl-C on to what it runs, which hears it from the terminal too: one wish, twice. */
const sameWishMilliseconds = 500;

/** Waits for SIGINT or SIGTERM; a further one ends the process at once, as is the custom. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (first: NodeJS.Signals) => {
      const since = performance.now();
      for (const signal of stopSignals) process.off(signal, stop);
      for (const signal of stopSignals) {
        process.on(signal, () => {
          const isEcho = signal === 'SIGINT' && first === 'SIGINT';
          if (isEcho && performance.now() - since < sameWishMilliseconds) return;
          process.removeAllListeners(signal);
          process.kill(process.pid, signal);
        });
      }
      resolve();
    };
    for (const signal of stopSignals) process.on(signal, stop);
  });
}

const stopSignals = ['SIGINT', 'SIGTERM'] as const;
