import type { KernelAddress, Question } from "../shared/kernel-link";

/** Asks for the latest HTML of a panel; null if the kernel has no panel of that id, because it was restarted. */
export const panelQuestion: Question<string, string | null> = "pnr.panel";

/** What the script of a panel knows. */
export interface FollowedPanel {
  /** Of the element in the page, as long as the panel is not complete, and of the display. */
  readonly id: string;
  readonly address: KernelAddress;
}
