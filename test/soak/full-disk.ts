// Loaded before a program: writing into the folder PNR_TEST_DISK fails as on a full disk while `<folder>.full` exists.
import fs from "node:fs";

const folder = process.env.PNR_TEST_DISK;
const { openSync, writeSync, writeFileSync, existsSync } = fs;
const inside = new Set<number>();

function requireRoom(): void {
  if (!existsSync(`${folder}.full`)) return;
  const message = "ENOSPC: no space left on device, write";
  throw Object.assign(new Error(message), { code: "ENOSPC", errno: -28, syscall: "write" });
}

if (folder)
  Object.assign(fs, {
    openSync(path: string, flags: fs.OpenMode, mode?: fs.Mode) {
      const file = openSync(path, flags, mode);
      if (String(path).startsWith(folder)) inside.add(file);
      else inside.delete(file);
      return file;
    },
    writeSync(file: number, bytes: Uint8Array, from?: number, length?: number) {
      if (inside.has(file)) requireRoom();
      return writeSync(file, bytes, from, length);
    },
    writeFileSync(path: string, data: string, options?: fs.WriteFileOptions) {
      // an empty file needs no room
      if (data.length && String(path).startsWith(folder)) requireRoom();
      writeFileSync(path, data, options);
    },
  });
