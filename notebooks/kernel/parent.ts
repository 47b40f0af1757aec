/** Is there a process of this number? One that belongs to somebody else counts. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Calls `gone` once the process that started this one has ended, so that no kernel outlives a front end that was killed.
 * Jupyter names itself in JPY_PARENT_PID, for there may be a shell in between.
 */
export function followParent(gone: () => void, intervalMilliseconds = 1000): void {
  const started = process.ppid;
  const jupyter = Number(process.env.JPY_PARENT_PID) || started;
  setInterval(() => {
    if (process.ppid !== started || !lives(jupyter)) gone();
  }, intervalMilliseconds).unref();
}
