// Preloaded into a program: writing to the folder PNR_TEST_DISK fails as on a full disk while the file `<folder>.full` exists.
import fs from "node:fs";

const folder = process.env.PNR_TEST_DISK;
const { openSync, writeSync, writeFileSync, existsSync } = fs;
const filesInFolder = new Set<number>();

function requireSpace(): void {
  if (!existsSync(`${folder}.full`)) return;
  const message = "ENOSPC: no space left on device, write";
  throw Object.assign(new Error(message), { code: "ENOSPC", errno: -28, syscall: "write" });
}

if (folder)
  Object.assign(fs, {
    openSync(path: string, flags: fs.OpenMode, mode?: fs.Mode) {
      const file = openSync(path, flags, mode);
      if (String(path).startsWith(folder)) filesInFolder.add(file);
      else filesInFolder.delete(file);
      return file;
    },
    writeSync(file: number, bytes: Uint8Array, from?: number, length?: number) {
      if (filesInFolder.has(file)) requireSpace();
      return writeSync(file, bytes, from, length);
    },
    writeFileSync(path: string, data: string, options?: fs.WriteFileOptions) {
      // An empty file needs no space.
      if (data.length && String(path).startsWith(folder)) requireSpace();
      writeFileSync(path, data, options);
    },
  });
