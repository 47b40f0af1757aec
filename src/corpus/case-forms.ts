/** Another spelling under which a word is looked up where it is not known as it is written. */
export type CaseForm = "lower" | "capitalized" | "upper";

export const caseForms: readonly CaseForm[] = ["lower", "capitalized", "upper"];

const spellings: Readonly<Record<CaseForm, (word: string) => string>> = {
  lower: (word) => word.toLowerCase(),
  capitalized: (word) => {
    // by code point, for a letter outside the basic plane is two code units
    const [first = ""] = word;
    return first.toUpperCase() + word.slice(first.length).toLowerCase();
  },
  upper: (word) => word.toUpperCase(),
};

/** A word in one of its spellings. */
export function spelled(word: string, form: CaseForm): string {
  return spellings[form](word);
}
