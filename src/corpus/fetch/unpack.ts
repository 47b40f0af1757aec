import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { InputError } from "../../base/errors";
import { AtomicFile, reason } from "../../base/files";

const most = 2 ** 30;

/**
 * Takes one file out of a .tgz with the system's tar; it appears whole or not at all. The archive's own names are never used as
 * paths.
 * @throws InputError where there is no tar, or the archive has no such file
 */
export async function unpack(archive: string, member: string, path: string): Promise<void> {
  const file = new AtomicFile(path);
  // tar takes what stands before a colon for another machine, but not in a whole path
  const tar = spawn("tar", ["-xzOf", resolve(archive), member], { stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(tar, "close");
  closed.catch(() => {}); // told below, where the output has ended
  let said = "";
  tar.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text.slice(0, 1000);
  });
  try {
    let size = 0;
    for await (const chunk of tar.stdout as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new InputError(`${archive}: ${member} is larger than ${most} bytes`);
      file.write(chunk);
    }
    const [code] = await closed;
    if (code !== 0 || size === 0) throw new Error(said.trim() || `tar ended with ${code}`);
    file.commit();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${archive}: ${member} cannot be taken out (${reason(error)}); unpack it yourself, to ${path}`,
      { cause: error },
    );
  } finally {
    tar.kill();
    file.discard();
  }
}
