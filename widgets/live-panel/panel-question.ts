import type { KernelAddress, Question } from "../shared/kernel-link";

/** Asks for the latest HTML of a panel; null if the kernel has no panel of that id, because it was restarted. */
export const panelQuestion: Question<string, string | null> = "pnr.panel";

/** Id of the note that a panel has where its script does not run, because the notebook is not trusted. */
export const noteId = (panel: string): string => `${panel}-note`;

/** The data of a panel's script. */
export interface FollowedPanel {
  /** Id of the display, and of the panel's element in the page until the panel is complete. */
  readonly id: string;
  readonly address: KernelAddress;
}
