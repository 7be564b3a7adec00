/** Milliseconds that this thread works on it, whoever else has the machine meanwhile. */
export function worked(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
