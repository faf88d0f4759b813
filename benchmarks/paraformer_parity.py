"""Comparison of our Paraformer with funasr-onnx (the peer) on features, logits and token ids.

python -m benchmarks.paraformer_parity --graphs DIR --peer-python VENV/bin/python [--clips 30]

DIR holds `paraformer-tiny` and `seaco-tiny`, folders in FunASR's layout; any weights will do. The
peer's dither must be 0 (`frontend_conf` of config.yaml). Ends with an error where the two differ on
a float graph. The quantised graphs are shown without a limit: their 8-bit activations round to
another step at differences of 1e-6, even between two versions of onnxruntime on equal features.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import require_dev_data
from benchmarks.recogniser_peer import RecogniserPeer, peer
from benchmarks.tables import print_table
from pipeline.asr.paraformer.hotword_graph import HotwordGraph
from pipeline.asr.paraformer.hotwords import HotwordSpeller
from pipeline.asr.paraformer.paraformer_features import read_normalisation, speech_features
from pipeline.asr.paraformer.paraformer_graph import ParaformerGraph
from pipeline.asr.paraformer.token_decoders import GreedyDecoder
from pipeline.asr.paraformer.vocabulary import SPECIAL_IDS, read_vocabulary
from pipeline.audio.decode import read_audio
from pipeline.audio.features import Cmvn
from pipeline.audio.samples import Audio

MAX_DIFFERENCE = 1e-3
HOTWORDS = "魔搭 达摩院 人工智能"  # in characters: the peer spells nothing else as torch does
SUFFIXES = {"float": ".onnx", "quant": "_quant.onnx"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Differences between our output and that of funasr-onnx for one clip.

    Attributes:
        features: largest absolute difference.
        logits: largest absolute difference, each side with its own features.
        tokens: 1 if the decoded token ids differ; the number of ids if a shape differs.
    """

    features: float
    logits: float
    tokens: int


@dataclass(frozen=True, slots=True, eq=False)
class OurSide:
    """Our Paraformer network with its feature normalisation and embedded hotwords."""

    graph: ParaformerGraph
    cmvn: Cmvn
    hotwords: NDArray[np.float32] | None

    def compare(self, audio: Audio, theirs: dict[str, NDArray[np.float32]]) -> Difference:
        """Run our features and network on a clip; return the differences from funasr-onnx."""
        features = speech_features(audio.read(0, audio.num_samples), self.cmvn)
        (outputs,) = self.graph.outputs([features], hotwords=self.hotwords)
        logits = outputs.log_probabilities
        num_tokens = round(float(theirs["token_num"][0]))
        expected = theirs["logits"][:num_tokens]
        ids = [each for each in expected.argmax(axis=1).tolist() if each not in SPECIAL_IDS]
        if features.shape != theirs["features"].shape or logits.shape != expected.shape:
            return Difference(np.inf, np.inf, len(ids))
        return Difference(
            features=float(np.abs(features - theirs["features"]).max()),
            logits=float(np.abs(logits - expected).max()),
            tokens=int(GreedyDecoder().decode(outputs).ids.tolist() != ids),
        )


def main() -> None:
    """Compare both programs on every graph; exit with an error if float results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", type=Path, required=True)
    parser.add_argument("--peer-python", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=30)
    chosen = parser.parse_args()
    paths = sorted((require_dev_data() / "clips").glob("*.flac"))
    clips = [read_audio(path) for path in paths[:: max(1, len(paths) // chosen.clips)]]
    clips = clips[: chosen.clips]
    rows, all_same = [], True
    for name in ("paraformer-tiny", "seaco-tiny"):
        for precision in SUFFIXES:
            hotwords = HOTWORDS if name.startswith("seaco") else ""
            found = _compare(chosen, chosen.graphs / name, precision, hotwords, clips)
            rows.append(_row(f"{name} {precision}", found))
            all_same &= precision == "quant" or all(_is_same(each) for each in found)
    print_table(["graph", "clips", "features max", "logits max", "clips with other ids"], rows)
    if not all_same:
        sys.exit(f"\nMore than {MAX_DIFFERENCE} apart, or other tokens.")


def _compare(
    chosen: argparse.Namespace, folder: Path, precision: str, hotwords: str, clips: list[Audio]
) -> list[Difference]:
    ours = _open(folder, precision, hotwords)
    with tempfile.TemporaryDirectory() as exchange:
        arguments = [str(folder), precision, "1", hotwords]
        with peer(chosen.peer_python, "funasr-onnx", arguments, Path(exchange)) as theirs:
            return [ours.compare(clip, _ask(theirs, clip)) for clip in clips]


def _ask(theirs: RecogniserPeer, clip: Audio) -> dict[str, NDArray[np.float32]]:
    theirs.recognise(clip.read(0, clip.num_samples))
    return theirs.found()


def _open(folder: Path, precision: str, hotwords: str) -> OurSide:
    vocabulary = read_vocabulary(folder / "tokens.json")
    suffix = SUFFIXES[precision]
    embedder = HotwordGraph(folder / f"model_eb{suffix}") if hotwords else None
    graph = ParaformerGraph(
        folder / f"model{suffix}", hotwords=embedder, num_tokens=len(vocabulary)
    )
    spelled = HotwordSpeller(vocabulary, None).spell(hotwords.split())
    return OurSide(
        graph,
        cmvn=read_normalisation(folder / "am.mvn", graph.metadata),
        hotwords=graph.embed_hotwords(spelled) if hotwords else None,
    )


def _row(name: str, found: list[Difference]) -> list[str]:
    features, logits = max(each.features for each in found), max(each.logits for each in found)
    others = sum(each.tokens for each in found)
    return [name, str(len(found)), f"{features:.1e}", f"{logits:.1e}", str(others)]


def _is_same(found: Difference) -> bool:
    return max(found.features, found.logits) <= MAX_DIFFERENCE and not found.tokens


if __name__ == "__main__":
    main()
