import { type TrainingHost, trainingHostKey } from "../../src/training/host";
import { liveTraining } from "../../widgets/live-training/live-training";
import type { Link } from "./link";

/** Lets training in cells be interrupted, and be seen where a cell says nothing of that. */
export function installTrainingHost(link: Link): void {
  const host: TrainingHost = {
    get signal() {
      return link.signal;
    },
    observe: () => liveTraining(),
  };
  Object.defineProperty(globalThis, trainingHostKey, { value: host });
}
