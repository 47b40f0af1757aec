/** A file at a public address. */
export interface SourceFile {
  readonly address: string;
  readonly name: string;
  /** Expected SHA-256. If undefined, that of the first download is recorded and expected from then on. */
  readonly sha256?: string;
  /** The file to unpack from an archive (.tgz). */
  readonly member?: string;
}

/** A corpus that its authors publish. */
export interface CorpusSource {
  readonly title: string;
  readonly home: string;
  /** A summary of the license that users accept. The authors' full text is at `home`. */
  readonly license: readonly string[];
  readonly files: readonly SourceFile[];
  readonly next: string;
}

const goldenHorse = "https://raw.githubusercontent.com/hltcoe/golden-horse/master/data";

export const corpusSources: Readonly<Record<string, CorpusSource>> = {
  weibo: {
    title: "WeiboNER, second annotation (Peng and Dredze 2015; He and Sun 2016)",
    home: "https://github.com/hltcoe/golden-horse",
    license: [
      "Annotations: Creative Commons Attribution-ShareAlike 3.0 (https://creativecommons.org/licenses/by-sa/3.0/):",
      "credit the authors, and distribute derived work under the same license.",
      "Messages: taken from Weibo and subject to Weibo's terms of service (https://www.weibo.com/).",
      "Cite Peng and Dredze (EMNLP 2015, ACL 2016), and He and Sun (arXiv 1611.04234) for the second annotation.",
    ],
    files: [
      {
        address: `${goldenHorse}/weiboNER_2nd_conll.train`,
        name: "weiboNER_2nd_conll.train",
        sha256: "4e8954c54ab33b0afc9a8abb85715c47422645cc6d1b49fdb24540f4a427e997",
      },
      {
        address: `${goldenHorse}/weiboNER_2nd_conll.dev`,
        name: "weiboNER_2nd_conll.dev",
        sha256: "e72730d83aac680505280b6301c879b3ba470d29ac308979d48cdc58ee4907cc",
      },
      { address: `${goldenHorse}/weiboNER_2nd_conll.test`, name: "weiboNER_2nd_conll.test" },
    ],
    next: "pnr corpus stats {folder}",
  },
  genia: {
    title: "GENIA corpus 3.02 with parts of speech (GENIA Project, University of Tokyo)",
    home: "http://www.geniaproject.org/",
    license: [
      "Annotations: Creative Commons Attribution 3.0 (https://creativecommons.org/licenses/by/3.0/): name the GENIA Project,",
      'in the words "Corpus annotations (c) GENIA Project", and keep its license with every copy.',
      "Abstracts: from PubMed, subject to the terms of the U.S. National Library of Medicine; parts may be protected by copyright.",
    ],
    files: [
      {
        address: "http://www.nactem.ac.uk/GENIA/current/GENIA-corpus/Part-of-speech/GENIAcorpus3.02p.tgz",
        name: "GENIAcorpus3.02p.tgz",
        sha256: "8faa7813641cf41d24dfa13f24382ef73a94654bff2297f763fc6b19102c8b74",
        member: "GENIAcorpus3.02.merged.xml",
      },
    ],
    next: "pnr corpus split {folder}/GENIAcorpus3.02.merged.xml --by sentence --in-order --parts 81,9,10 --out corpora/genia",
  },
};
