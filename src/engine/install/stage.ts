import { type Progress, showSeconds } from "../../base/progress";

/** Shows what the stage under way has measured, e.g. "120 MB". */
export type Note = (text: string) => void;

/** Milliseconds between two updates; {@link Progress} prints fewer where there is no terminal. */
const interval = 250;

/** Runs a long stage of an installation and shows how long it takes. */
export async function runStage<T>(
  progress: Progress,
  name: string,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const began = Date.now();
  const elapsed = (): string => showSeconds((Date.now() - began) / 1000);
  let measured = "";
  const timer = setInterval(() => {
    const figures = `${elapsed()}${measured && `, ${measured}`}`;
    progress.update({ done: 0, total: undefined, place: `${name} …`, figures });
  }, interval);
  progress.print(`${name} …`);
  try {
    const result = await work((text) => {
      measured = text;
    });
    progress.print(`${name}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    progress.print(`${name}: failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
