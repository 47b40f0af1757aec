/** The inputs of all cells that have run, for front ends that let their users browse them. */
export class History {
  private readonly inputs: Map<number, string> = new Map();

  add(execution: number, code: string): void {
    this.inputs.set(execution, code);
  }

  /** Content of a `history_reply`: session, line and input of each entry; outputs are not stored. */
  reply(request: Record<string, unknown>): { readonly history: readonly unknown[] } {
    const { hist_access_type: type, n, start, stop, pattern, output } = request as HistoryRequest;
    let entries = [...this.inputs];
    if (type === "range") {
      entries = entries.filter(([line]) => line >= (start ?? 0) && line < (stop ?? Number.POSITIVE_INFINITY));
    }
    if (type === "search") entries = entries.filter(([, input]) => matches(input, pattern ?? "*"));
    if (type !== "range" && n !== undefined && n !== null) entries = n > 0 ? entries.slice(-n) : [];
    return { history: entries.map(([line, input]) => [1, line, output ? [input, null] : input]) };
  }
}

interface HistoryRequest {
  readonly hist_access_type?: "range" | "tail" | "search";
  readonly n?: number | null;
  readonly start?: number;
  readonly stop?: number | null;
  readonly pattern?: string;
  readonly output?: boolean;
}

/** Whether a text matches a pattern with the wildcards `*` and `?`. */
function matches(text: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "su").test(text);
}
