/** Universal part-of-speech tags of the words in the rules. Names come with their own tags. */
const wordsByTag: Readonly<Record<string, string>> = {
  ADJ: `absent activated active al. altered basal clinical comparative continuous cytoplasmic distal
    dose-dependent endogenous exogenous first genomic healthy human hypersensitive immature independent
    inducible intact intronic less limiting long marrow-derived membrane-bound minimal molecular monoclonal
    naive Northern nuclear peripheral previous primary proliferative promoter-driven proximal quantitative
    recombinant regulatory resistant resting sensitive several short similar soluble Southern tandem terminal
    toxic transcriptional tyrosine-phosphorylated unclear upstream Western`,
  ADP: "after as at by for from in into of on than through to unlike up with within",
  ADV: `alternatively even freshly furthermore here markedly not poorly previously rapidly readily recently
    strongly together`,
  AUX: "are been had has have having is may was were",
  CCONJ: "and both but plus",
  DET: "a an no our the these this",
  NOUN: `absence accumulation activation activity adaptor addition adhesion alleles alpha analysis antibodies
    antibody antiserum apoptosis association basis beta binding blood blotting bone box cells centrifugation
    chain clones coding colleagues complex concentration concentrations construct contrast cooperation cord
    culture cytokine cytometry data degradation deletion differentiation dilution dimerization donors effect
    element elements enhancer enhancers exon experiments expression factor family findings flanking flow gamma
    gene generations genes gradient growth h half-life heterodimer homodimer homogeneity hybridization
    immunoprecipitation incubation infection influence inhibitor interaction kinase line linkage locus manner
    mapping mass mechanism mechanisms members memory min molecule motif motifs mRNA mutation mutations nuclease
    panel pathogenesis patients phosphatase phosphorylation presence pretreatment proliferation promoter
    promoters protection protein receptor receptors region relevance repeat reporter residue response
    restriction results RNA RT-PCR samples secretion sensitivity sequencing site sites spectrometry splicing
    stimulation studies study subunit survival transcript transcription transformation translocation treatment tyrosine`,
  NUM: "5 two",
  PRON: "it we",
  PUNCT: "' ( ) , . /",
  SCONJ: "although that when whereas",
  SYM: "%",
  VERB: `abolished abolishes accumulates acetylated activates amplified analyzed associates binds blocked blocks
    causes cleaved cloned confirmed contains contribute controls cooperates degraded deleted demonstrate
    demonstrated depends described detected determined discussed dissolved encoding enhanced enhances expected
    express expressed fail found immortalized impairs included increased incubated indicate indicating induced
    induces inhibited inhibits interacts involves isolated known lack lacked leads maintained mapped maps
    mediated methylated modulates obtained occupies overexpress overexpressed passaged phosphorylated
    phosphorylates prolonged proposed purified rearranged recognized recognizes recruited reduced reduces
    regulates remain report reported represses requires respond revealed secrete secreted separated show showed
    shown silenced spliced stabilized stained stimulated subcloned suggest suggested suggesting suppresses taken
    tested transcribed transfected treated ubiquitinated underlie understood used`,
  X: "et poly(A)+ situ",
};

const tags: ReadonlyMap<string, string> = new Map(
  Object.entries(wordsByTag).flatMap(([tag, words]) =>
    words.split(/\s+/).map((word): [string, string] => [word, tag]),
  ),
);

/** @throws Error if a rule contains a word without a tag, which is a bug in the generator */
export function tagOf(word: string): string {
  const tag = tags.get(word);
  if (tag === undefined) throw new Error(`${word}: give this word a part of speech in words.ts`);
  return tag;
}
