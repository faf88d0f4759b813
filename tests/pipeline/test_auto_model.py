"""FunASR's and ModelScope's calls, as their documents write them, with only the import changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline import ModelLocations
from pipeline.compat.funasr import AutoModel
from pipeline.compat.modelscope import Tasks, pipeline
from pipeline.core.errors import ModelUnavailableError, OptionError
from pipeline.models.model_folders import ModelFolders
from tests.dev_data import REPOSITORY
from tests.pipeline.asr.paraformer_streaming.tiny_streaming import write_streaming_folder
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def wav_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    pcm, rate = soundfile.read(CONVERSATION, stop=RATE_HZ * 12, dtype="int16")
    assert rate == RATE_HZ
    pcm = np.insert(
        pcm, 5 * RATE_HZ, np.zeros(2 * RATE_HZ, np.int16)
    )  # a pause that ends a segment
    path = tmp_path_factory.mktemp("card") / "asr_example.wav"
    soundfile.write(path, pcm, rate)
    return str(path)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelLocations:
    """Tiny models in the place of those that are not embedded."""
    made = tmp_path_factory.mktemp("models")
    return ModelLocations(
        cache=made / "cache",
        offline=True,
        folders=ModelFolders(
            paraformer=write_funasr_folder(made / "asr", tiny_paraformer()),
            punctuation=write_punctuation(made / "punc"),
        ),
    )


def test_recognition_with_vad_marks_and_speakers(wav_file, models):
    model = AutoModel(
        model="paraformer-zh",
        vad_model="fsmn-vad",
        punc_model="ct-punc",
        spk_model="cam++",
        model_revision="v2.0.4",
        models=models,
    )

    res = model.generate(input=wav_file, batch_size_s=300, hotword="")

    assert res[0]["key"] == "asr_example"
    assert res[0]["text"]
    assert {"text", "start", "end", "spk", "timestamp"} <= res[0]["sentence_info"][0].keys()


def test_streaming_recognition_of_pieces(wav_file, tmp_path):
    model = AutoModel(model=write_streaming_folder(tmp_path))
    speech, sample_rate = soundfile.read(wav_file)
    chunk_size = [0, 10, 5]  # 600 ms
    chunk_stride = chunk_size[1] * 960
    cache: dict[str, object] = {}
    total_chunk_num = int(len(speech) - 1) // chunk_stride + 1
    text = ""

    for i in range(total_chunk_num):
        speech_chunk = speech[i * chunk_stride : (i + 1) * chunk_stride]
        res = model.generate(
            input=speech_chunk,
            cache=cache,
            is_final=i == total_chunk_num - 1,
            chunk_size=chunk_size,
            encoder_chunk_look_back=4,
            decoder_chunk_look_back=1,
        )
        text += res[0]["text"]

    assert sample_rate == RATE_HZ
    assert cache == {}  # ready for the next utterance
    assert text == model.generate(input=wav_file)[0]["text"] != ""


def test_vad_of_a_whole_file_and_of_chunks(wav_file):
    model = AutoModel(model="fsmn-vad", model_revision="v2.0.4")

    segments = model.generate(input=wav_file)[0]["value"]

    speech, sample_rate = soundfile.read(wav_file)
    chunk_size = 200  # ms
    chunk_stride = int(chunk_size * sample_rate / 1000)
    cache: dict[str, object] = {}
    total_chunk_num = int(len(speech) - 1) // chunk_stride + 1
    events = []
    for i in range(total_chunk_num):
        speech_chunk = speech[i * chunk_stride : (i + 1) * chunk_stride]
        is_final = i == total_chunk_num - 1
        res = model.generate(
            input=speech_chunk, cache=cache, is_final=is_final, chunk_size=chunk_size
        )
        if len(res[0]["value"]):
            events += res[0]["value"]

    assert [beg for beg, _ in events if beg >= 0] == [beg for beg, _ in segments]
    assert [end for _, end in events if end >= 0] == [end for _, end in segments]
    assert any(pair[1] == -1 for pair in events)
    assert len(segments) > 1


def test_punctuation_of_text(models):
    model = AutoModel(model="ct-punc", model_revision="v2.0.4", models=models)

    res = model.generate(input="那今天的会就到这里吧 happy new year 明年见")

    assert res[0]["text"].replace(" ", "").startswith("那")
    assert "happy new year" in res[0]["text"]


def test_times_of_a_known_text(wav_file, models, tmp_path):
    model = AutoModel(model="fa-zh", model_revision="v2.0.4", models=models)
    text_file = tmp_path / "text.txt"
    text_file.write_text("asr_example 一二三四五\n", "utf-8")

    res = model.generate(input=(wav_file, str(text_file)), data_type=("sound", "text"))

    assert res[0]["text"] == "一 二 三 四 五"
    assert len(res[0]["timestamp"]) == 5
    assert all(start < end for start, end in res[0]["timestamp"])


def test_the_embedding_of_a_voice(wav_file):
    model = AutoModel(model="cam++", model_revision="v2.0.2")

    res = model.generate(input=wav_file)

    assert res[0]["spk_embedding"].shape == (1, 192)
    assert np.linalg.norm(res[0]["spk_embedding"]) == pytest.approx(1.0, abs=1e-5)


def test_the_score_of_two_recordings(wav_file, tmp_path):
    pcm, rate = soundfile.read(wav_file, dtype="int16")
    soundfile.write(tmp_path / "one.wav", pcm[rate : 4 * rate], rate)
    sv_pipeline = pipeline(
        task="speaker-verification",
        model="iic/speech_campplus_sv_zh-cn_16k-common",
        model_revision="v1.0.0",
    )

    same = sv_pipeline([str(tmp_path / "one.wav"), str(tmp_path / "one.wav")])

    assert same == {"score": 1.0, "text": "yes"}
    with pytest.raises(OptionError, match="Two recordings are compared, got 1"):
        sv_pipeline([wav_file])


def test_modelscopes_pipeline_of_a_list_with_a_folder_for_the_results(wav_file, models, tmp_path):
    scp = tmp_path / "wav.scp"
    scp.write_text(f"first {wav_file}\nsecond {wav_file}\n", "utf-8")
    inference_pipeline = pipeline(
        task=Tasks.auto_speech_recognition,
        model="iic/speech_paraformer-large-vad-punc-spk_asr_nat-zh-cn",
        model_revision="v2.0.4",
        vad_model="iic/speech_fsmn_vad_zh-cn-16k-common-pytorch",
        vad_model_revision="v2.0.4",
        output_dir=str(tmp_path / "out"),
        models=models,
    )

    rec_result = inference_pipeline(str(scp), batch_size_s=300, batch_size_token_threshold_s=40)

    assert [each["key"] for each in rec_result] == ["first", "second"]
    written = (tmp_path / "out" / "1best_recog" / "text").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in written] == ["first", "second"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "sensevoice"}, "There is no model 'sensevoice'"),
        ({"model": "fsmn-vad", "vad_modl": "x"}, "There is no argument 'vad_modl'"),
        ({"model": "paraformer-zh", "spk_model": "eres2net"}, r"spk_model can be cam\+\+ here"),
    ],
)
def test_an_unknown_model_or_argument_is_refused_by_name(arguments, message):
    with pytest.raises(OptionError, match=message):
        AutoModel(**arguments)


@pytest.mark.parametrize("name", ["fsmn-vad", "ct-punc", "cam++", "fa-zh"])
def test_an_unknown_argument_of_a_call_is_refused_by_name(name, wav_file, models):
    with pytest.raises(OptionError, match="There is no argument 'batch_sise'"):
        AutoModel(name, models=models).generate(input=wav_file, batch_sise=1)


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("paraformer-zh", "paraformer"),
        ("paraformer-zh-streaming", "paraformer-streaming"),
        ("ct-punc", "punctuation"),
    ],
)
def test_a_model_that_is_not_installed_comes_with_the_command_that_fetches_it(
    name, model_id, wav_file, tmp_path
):
    model = AutoModel(name, models=ModelLocations(cache=tmp_path, offline=True))

    with pytest.raises(ModelUnavailableError, match=f"pipeline.models fetch {model_id}"):
        model.generate(input=wav_file)


def test_a_chunk_at_another_rate_is_refused(tmp_path):
    model = AutoModel(write_streaming_folder(tmp_path))

    with pytest.raises(OptionError, match="16000 samples a second, got fs=8000"):
        model.generate(input=np.zeros(100), fs=8_000)


def test_a_list_is_no_stream(wav_file, tmp_path: Path):
    model = AutoModel(write_streaming_folder(tmp_path))

    with pytest.raises(OptionError, match="one recording"):
        model.generate(input=[wav_file, wav_file])
