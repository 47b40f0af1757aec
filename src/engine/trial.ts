// A process of its own for examineEngines: starts the engine named on the command line and says how that went, as JSON.
import { type EngineName, startBackend } from "./backends";
import { EngineFailure } from "./failure";

startBackend(process.argv[2] as EngineName)
  .then(
    ({ detail }) => ({ available: true, reason: detail, remedy: "" }),
    (error: unknown) => {
      if (error instanceof EngineFailure) {
        return { available: false, reason: error.reason, remedy: error.remedy };
      }
      throw error;
    },
  )
  .then((result) => process.stdout.write(JSON.stringify(result)));
