const EVERY_MS = 200;

export interface Progress {
  show(text: string): void;
  end(): void;
}

/** One line that is overwritten, at a terminal alone. */
export function createProgress(output: NodeJS.WriteStream = process.stderr): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show: (text) => {
      if (!output.isTTY || performance.now() - shownAt < EVERY_MS) return;
      shownAt = performance.now();
      isShown = true;
      output.write(`\r\x1b[K${text}`);
    },
    end: () => {
      if (isShown) output.write('\r\x1b[K');
      isShown = false;
    },
  };
}
