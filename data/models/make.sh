#!/usr/bin/env bash
# Trains and packs ready models: data/models/make.sh genia|weibo|news|genia-minilm …
# It needs the corpora and GloVe's vectors of 50 numbers in corpora/ (docs/experiments.md#corpora), genia-minilm also the encoder
# (pnr encoder fetch sentence-transformers/all-MiniLM-L6-v2). Runs go to runs/, so that an interrupted one resumes.
set -euo pipefail
cd "$(dirname "$0")/../.."

pnr() { npx pnr "$@"; }
last="training.selectOn=last"

genia() {
  pnr train --corpus corpora/genia --preset s0 --word-vectors corpora/glove.6B.50d.txt.gz --epochs 4 --max-length 127 \
    --set "$last" model.kernels=[2,2] --out runs/model-genia
  pnr pack --run runs/model-genia --corpus corpora/genia --word-vectors corpora/glove.6B.50d.txt.gz \
    --notes data/models/notes-genia.md --out data/models/genia
}

weibo() {
  pnr train --corpus corpora/weiboner-characters --preset small --epochs 20 --max-length 127 --set "$last" --out runs/model-weibo
  pnr pack --run runs/model-weibo --corpus corpora/weiboner-characters --notes data/models/notes-weibo.md --out data/models/weibo
}

news() {
  pnr train --corpus corpora/news --preset small --word-vectors corpora/glove.6B.50d.txt.gz --epochs 12 --max-length 127 \
    --set "$last" --out runs/model-news
  pnr pack --run runs/model-news --corpus corpora/news --word-vectors corpora/glove.6B.50d.txt.gz \
    --notes data/models/notes-news.md --out data/models/news
}

# A release asset: too large for the repository.
genia-minilm() {
  local bert='{"from":"sentence-transformers/all-MiniLM-L6-v2","context":{"training":64,"evaluation":64}}'
  pnr train --corpus corpora/genia --preset s0 --epochs 5 --max-length 127 \
    --set "$last" "model.bert=$bert" model.hidden=384 training.learningRate=1e-4 --out runs/model-genia-minilm
  for weights in f16 int8; do
    pnr pack --run runs/model-genia-minilm --corpus corpora/genia --notes data/models/notes-genia.md --weights $weights \
      --out "out/models/genia-minilm-$weights"
  done
}

for model in "$@"; do "$model"; done
