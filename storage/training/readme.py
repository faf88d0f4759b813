"""README.txt of an export: its contents, and the commands that train with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from storage.training.export_options import Split, TrainingOptions
from storage.training.formats.funasr import MAX_STAND_INS
from storage.training.formats.text_file import TextFile
from storage.training.manifest import split_sizes
from storage.training.planning import ExportPlan

README_NAME = "README.txt"

_SECTIONS: Mapping[str, str] = {
    "funasr": """\
FunASR (funasr/): without marks, in lower case, blanks around English words

  pip install funasr torch torchaudio kaldi-native-fbank
  python -m funasr.bin.train_ds ++model=paraformer-zh \\
    ++train_data_set_list=funasr/train.jsonl ++valid_data_set_list=funasr/val.jsonl \\
    ++dataset=AudioDataset ++dataset_conf.index_ds=IndexDSJsonl ++dataset_conf.data_split_num=1 \\
    ++dataset_conf.batch_sampler=BatchSampler ++dataset_conf.batch_type=token \\
    ++dataset_conf.batch_size=6000 ++dataset_conf.num_workers=4 \\
    ++train_conf.max_epoch=50 ++optim_conf.lr=0.0002 ++output_dir=outputs

  Without a graphics card: python -m funasr.bin.train with the same arguments and ++device=cpu.
  Paraformer writes numbers as Chinese numerals: export with --digits chinese for it.""",
    "kaldi": """\
Kaldi (kaldi/)

  utils/validate_data_dir.sh --no-feats kaldi/train
  steps/make_mfcc.sh --nj 4 kaldi/train""",
    "audiofolder": """\
Whisper and others with Hugging Face (clips/)

  pip install "datasets[audio]" transformers
  python -c "import datasets; print(datasets.load_dataset('audiofolder', data_dir='clips'))"

  The columns are audio, text, speaker_id, duration_ms and language. The script of transformers that
  fine-tunes Whisper (examples/pytorch/speech-recognition/run_speech_recognition_seq2seq.py) takes
  them by --dataset_name audiofolder --text_column_name text --language chinese""",
    "3d-speaker": """\
3D-Speaker (3d-speaker/), from its folder egs/3dspeaker/sv-cam++

  python local/prepare_data_csv.py --data_dir THIS_FOLDER/3d-speaker/train""",
    "wenet": """\
WeNet (wenet/)

  python wenet/bin/train.py --data_type raw \\
    --train_data wenet/train/data.list --cv_data wenet/validation/data.list \\
    --config conf/train_conformer.yaml --model_dir exp""",
    "wenet-shard": """\
WeNet with shards (wenet-shard/)

  python wenet/bin/train.py --data_type shard \\
    --train_data wenet-shard/train/data.list --cv_data wenet-shard/validation/data.list \\
    --config conf/train_conformer.yaml --model_dir exp""",
    "lhotse": """\
icefall and others with lhotse (lhotse/)

  lhotse cut simple -r lhotse/train/recordings.jsonl.gz -s lhotse/train/supervisions.jsonl.gz \\
    cuts_train.jsonl.gz""",
    "nemo": """\
NeMo (nemo/)

  python examples/asr/speech_to_text_finetune.py model.train_ds.manifest_filepath=nemo/train.json \\
    model.validation_ds.manifest_filepath=nemo/validation.json""",
    "jsonl": """\
rows.jsonl: everything known about each clip, for programs of your own""",
}


def readme_file(plan: ExportPlan, options: TrainingOptions) -> TextFile:
    """Return the README of an export."""
    return TextFile(README_NAME, _lines(plan, options))


def missing_validation(plan: ExportPlan, options: TrainingOptions) -> str | None:
    """Return the reason for missing validation rows as a sentence; None if there are some."""
    if plan.of(Split.VALIDATION):
        return None
    if options.split.validation_share == 0.0:
        return "There are no validation rows: their share is 0."
    unit = options.split.group_by.value
    other = "--split-by speaker" if unit == "recording" else "--split-by recording"
    return (
        f"There are no validation rows: all clips are of one {unit}, which is never divided. "
        f"Use {other}, or add recordings."
    )


def _lines(plan: ExportPlan, options: TrainingOptions) -> Iterator[str]:
    yield "Training data written by Speaker Studio"
    yield ""
    for split, size in split_sizes(plan).items():
        yield (
            f"{split.value}: {size.num_rows} clips, {size.hours:.2f} h, "
            f"{size.num_speakers} speakers, {size.num_recordings} recordings"
        )
    yield ""
    yield "Clips are WAV files of 16 kHz in clips/. manifest.json lists every file and option."
    root = options.audio_root
    yield (
        f"The lists name the clips below {root}."
        if root
        else "Run the commands in this folder: the lists name the clips relative to it."
    )
    reason = missing_validation(plan, options)
    if reason is not None:
        yield from ("", reason)
        if "funasr" in options.formats:
            yield (
                f"funasr/val.jsonl repeats up to {MAX_STAND_INS} training rows, because the recipe "
                "needs the file: its figures say nothing about other recordings."
            )
    for name in options.formats:
        yield from ("", "", *_SECTIONS[name].splitlines())
