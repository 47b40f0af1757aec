// Child process of examineEngines: starts the engine that its argument names and prints the outcome as JSON.
import { type EngineName, startBackend } from "./backends";
import { EngineFailure } from "./engine-failure";

startBackend(process.argv[2] as EngineName)
  .then(
    ({ detail }) => ({ available: true, reason: detail, remedy: "" }),
    (error: unknown) => {
      if (!(error instanceof EngineFailure)) throw error;
      return { available: false, reason: error.reason, remedy: error.remedy };
    },
  )
  .then((result) => process.stdout.write(JSON.stringify(result)));
