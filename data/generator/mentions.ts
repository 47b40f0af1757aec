import type { Rules } from "./grammar";

/**
 * Noun phrases. `[type … ]` is a mention, `{symbol}` another rule or a name of the lexicon. A number before an alternative is its
 * weight. A gene and its protein have the same name, so often only the surrounding words determine the type.
 */
export const mentionRules: Rules = {
  // --- proteins
  protein: [
    [52, "[protein {gene} ]"],
    [6, "[protein {gene} protein ]"],
    [4, "{preparation} [protein {gene} ]"],
    [2, "[protein [protein {gene} ] receptor ]"],
    [1, "[protein [protein {gene} ] receptor {greek} chain ]"],
    [2, "the [protein [protein {gene} ] {assembly} ]"],
    [2, "the [protein {gene} / {gene} {assembly} ]"],
    [4, "the [protein {proteinKind} {gene} ]"],
    [3, "a [protein {location} {proteinKind} ]"],
    [2, "the [protein {location} {greek} subunit of {gene} ]"],
    [1, "a [protein tyrosine-phosphorylated {location} {proteinKind} ]"],
    [2, "[protein anti-{gene} {antibody} ]"],
  ],
  proteins: [
    [4, "[protein {gene} ] and [protein {gene} ]"],
    [1, "both [protein {gene} ] and the [protein {proteinKind} {gene} ]"],
    [1, "[protein {gene} ] , [protein {gene} ] and [protein {gene} ]"],
    [1, "[protein {gene} and {gene} receptors ]"],
    [1, "[protein members of the [protein {gene} ] family ]"],
    [1, "antibodies to [protein {gene} ]"],
  ],
  someProtein: [
    [6, "{protein}"],
    [2, "{proteins}"],
    [1, "[protein {gene} ] ( [protein {gene} ] )"],
  ],
  manyProteins: [
    "[protein {gene} ] , [protein {gene} ] and [protein {gene} ]",
    [3, "[protein {gene} ] , {manyProteins}"],
  ],

  // --- DNA
  dna: [
    [14, "the [DNA {gene} gene ]"],
    [4, "the [DNA human {gene} gene ]"],
    [4, "the [DNA [protein {gene} ] {control} ]"],
    [1, "the [DNA human [protein {gene} ] {control} ]"],
    [2, "the [DNA [protein {gene} ] {placed} {control} ]"],
    [2, "the [DNA {flank} of the [DNA {gene} gene ] ]"],
    [1, "the [DNA {flank} of {gene} ]"],
    [1, "the [DNA {motif} {site} of the {gene} {control} ]"],
    [1, "a [DNA [DNA [protein {gene} ] promoter ] reporter construct ]"],
  ],
  dnas: [
    [2, "[DNA {gene} alleles ]"],
    [1, "the [DNA {gene} and {gene} genes ]"],
    [1, "the [DNA [protein {gene} ] and [protein {gene} ] {controls} ]"],
    [1, "the [DNA {gene} gene ] and the [DNA {gene} gene ]"],
  ],
  someDna: [
    [5, "{dna}"],
    [1, "{dnas}"],
  ],
  dnaSite: [
    [6, "{article} [DNA {motif} {site} ]"],
    [3, "[DNA {motif} ]"],
    [2, "{article} [DNA {placed} {motif} {site} ]"],
    [2, "{article} [DNA [protein {gene} ] binding site ]"],
    [1, "{article} [DNA {gene} response element ]"],
    [1, "two [DNA tandem {motif} {sites} ]"],
  ],

  // --- RNA
  rna: [
    [5, "[RNA [protein {gene} ] mRNA ]"],
    [2, "the [RNA {gene} transcript ]"],
    [1, "the [RNA alternatively spliced {gene} transcript ]"],
    [1, "the [RNA mRNA encoding the [protein [protein {gene} ] receptor ] ]"],
    [1, "[RNA poly(A)+ RNA ]"],
  ],

  // --- cells, all in the plural, except those that end in a name
  cellType: [
    [8, "[cell_type {cells} ]"],
    [4, "[cell_type human {cells} ]"],
    [2, "[cell_type peripheral blood {cells} ]"],
    [1, "[cell_type human peripheral blood {cells} ]"],
    [3, "[cell_type {marker} {cells} ]"],
    [3, "[cell_type {cellState} {cells} ]"],
    [2, "{prepared} [cell_type {cells} ]"],
    [1, "[cell_type {cellState} {marker} {cells} ]"],
    [1, "[cell_type bone marrow-derived {cells} ]"],
    [1, "[cell_type {cells} ] and [cell_type {cells} ]"],
  ],
  cellLine: [
    [8, "[cell_line {line} cells ]"],
    [2, "[cell_line {line} {cells} ]"],
    [2, "[cell_line [cell_type {cell} ] clones ]"],
    [1, "[cell_line {gene}-deficient {line} cells ]"],
    [1, "[cell_line {line} cells ] and [cell_line {line} cells ]"],
    [1, "[cell_line {line} and {line} cells ]"],
  ],
  oneLine: [
    [5, "[cell_line {line} ]"],
    [2, "the [cell_line human {cell} line {line} ]"],
    [1, "the [cell_line [cell_type {cell} ] line {line} ]"],
    [1, "a [cell_line human [cell_type {marker} {cell} ] line ]"],
  ],
  cellGroup: [
    [5, "{cellType}"],
    [3, "{cellLine}"],
  ],
  someCells: [
    [10, "{cellType}"],
    [6, "{cellLine}"],
    [5, "{oneLine}"],
  ],
  /** The mention has either type; the words around it decide which. */
  plainCells: [
    [3, "human {cells}"],
    [3, "{cells}"],
    [1, "{cellState} {cells}"],
    [1, "human {cellState} {cells}"],
  ],

  // --- words inside noun phrases
  article: [[3, "the"], "a", "this"],
  preparation: ["recombinant", "exogenous", "purified", "soluble"],
  greek: ["alpha", "beta", "gamma"],
  assembly: ["complex", "heterodimer", "homodimer", "subunit"],
  proteinKind: [
    "transcription factor",
    "tyrosine kinase",
    "adhesion molecule",
    "cytokine",
    "phosphatase",
    "adaptor protein",
  ],
  location: ["nuclear", "cytoplasmic", "membrane-bound", "inducible", "endogenous"],
  antibody: ["antibody", "monoclonal antibody", "antiserum"],
  control: [
    [5, "promoter"],
    [3, "enhancer"],
    [1, "locus"],
    [1, "promoter region"],
    [1, "regulatory region"],
    [1, "long terminal repeat"],
  ],
  controls: [[3, "promoters"], "enhancers"],
  placed: ["proximal", "distal", "upstream", "minimal", "intronic"],
  flank: ["5 ' flanking region", "coding region", "first exon", "regulatory region"],
  site: [[3, "site"], [2, "motif"], [2, "element"], "box"],
  sites: ["sites", "motifs", "elements"],
  cellState: ["activated", "resting", "naive", "memory", "immature"],
  prepared: ["purified", "freshly isolated", "primary"],
};
