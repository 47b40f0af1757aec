import { statSync } from "node:fs";
import { type FileWatcher, type FileWatcherCallback, FileWatcherEventKind } from "typescript";

interface Watched {
  stamp: string | undefined;
  readonly callbacks: Set<FileWatcherCallback>;
}

/**
 * The files that the compiler has read. It does not subscribe to events of the operating system, which can arrive while the
 * compiler is not ready for them. Instead, {@link WatchedFiles.report} compares all files right before the compiler runs.
 */
export class WatchedFiles {
  private readonly files: Map<string, Watched> = new Map();

  /** Takes the place of TypeScript's `sys.watchFile`. */
  watch(path: string, callback: FileWatcherCallback): FileWatcher {
    const file = this.files.get(path) ?? { stamp: stampOf(path), callbacks: new Set() };
    this.files.set(path, file);
    file.callbacks.add(callback);
    const close = (): void => {
      file.callbacks.delete(callback);
      if (!file.callbacks.size) this.files.delete(path);
    };
    return { close };
  }

  /** Calls back for each file that was created, changed or deleted since the last report. */
  report(): void {
    for (const [path, file] of [...this.files]) {
      const [before, now] = [file.stamp, stampOf(path)];
      if (before === now) continue;
      file.stamp = now;
      const { Created, Changed, Deleted } = FileWatcherEventKind;
      const kind = now === undefined ? Deleted : before === undefined ? Created : Changed;
      for (const callback of [...file.callbacks]) callback(path, kind);
    }
  }
}

/** Changes with the content of a file; undefined if the file does not exist. */
function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : undefined;
}
