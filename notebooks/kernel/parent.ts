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
 * Ends this process once the one that started it is gone, so that no kernel outlives a front end that was killed.
 * Jupyter names itself in JPY_PARENT_PID, for there may be a shell in between.
 */
export function followParent(intervalMilliseconds = 1000): void {
  const started = process.ppid;
  const jupyter = Number(process.env.JPY_PARENT_PID) || started;
  setInterval(() => {
    if (process.ppid !== started || !lives(jupyter)) process.exit(0);
  }, intervalMilliseconds).unref();
}
