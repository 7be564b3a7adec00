import type { MaintenanceProgress } from "@portalstream/projection";

const width = 30;
const everyMs = 100;
const plainEveryMs = 5_000;

export type ProgressBar = { show: (progress: MaintenanceProgress) => void; end: () => void };

/** A bar on a terminal; elsewhere a line now and then. */
export function progressBar(output: NodeJS.WriteStream): ProgressBar {
  const terminal = output.isTTY === true;
  let shownAt = 0;
  let phase = "";
  return {
    show: (progress) => {
      const now = performance.now();
      const due = now - shownAt >= (terminal ? everyMs : plainEveryMs);
      if (!due && progress.phase === phase && progress.done < progress.total) return;
      if (!terminal && !due && progress.phase === phase) return;
      [shownAt, phase] = [now, progress.phase];
      output.write(terminal ? `\r\u001b[K${barOf(progress)}` : `${barOf(progress)}\n`);
    },
    end: () => {
      if (terminal && phase !== "") output.write("\r\u001b[K");
    },
  };
}

function barOf({ phase, done, total }: MaintenanceProgress): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * width);
  const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
  return `${phase.padEnd(8)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${done} of ${total}`;
}
