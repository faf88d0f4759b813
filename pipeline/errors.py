"""Errors of the pipeline: every message says what, which, and what to do."""


class PipelineError(Exception):
    """Root of everything the pipeline raises on purpose; the message is fit for a user."""


class AudioError(PipelineError, ValueError):
    """The audio cannot be used: unreadable, empty, without a sound track, or not finite."""


class EmptyFileError(AudioError):
    """The file holds no bytes, or no samples."""


class NotAudioError(AudioError):
    """The file is something else, or in a format that cannot be read here."""


class WeChatVoiceError(NotAudioError):
    """A voice message of WeChat or QQ, in the SILK codec."""


class HeaderlessSoundError(NotAudioError):
    """Samples without a header that names their rate and coding."""


class ProtectedFileError(NotAudioError):
    """Sound that is encrypted for a shop's or a player's own use."""


class MidiFileError(NotAudioError):
    """Notes for an instrument, not sound."""


class PlaylistError(NotAudioError):
    """A list that names sound files and holds none."""


class WebPageError(NotAudioError):
    """A web page or an error message of a server, saved under the name of a recording."""


class ArchiveError(NotAudioError):
    """Files packed into one."""


class DocumentError(NotAudioError):
    """A document or a picture."""


class UnfinishedDownloadError(NotAudioError):
    """A download that was not finished."""


class ZeroFilledFileError(NotAudioError):
    """Space that was reserved on a disk and never written to."""


class NoSoundTrackError(AudioError):
    """A video without sound."""


class CutOffFileError(AudioError):
    """A part without which the file cannot be read is missing."""


class NotANumberError(AudioError):
    """Samples are NaN or infinite."""


class RecordingTooLongError(AudioError):
    """The recording is longer than can be worked on."""


class RecordingListError(PipelineError, ValueError):
    """A list of recordings cannot be read, or a line of it names nothing that can be."""


class DownloadError(PipelineError, OSError):
    """A recording could not be fetched from its address."""


class AddressRefusedError(DownloadError):
    """The address may not be fetched from: not http, or not in the public internet."""


class OptionError(PipelineError, ValueError):
    """An option has a value outside its range."""


class WorkingFileError(PipelineError, OSError):
    """A file that is needed on the way cannot be written; most often the disk is full."""


class ModelUnavailableError(PipelineError, FileNotFoundError):
    """A model's files are missing and may not be, or could not be, fetched."""


class ModelIntegrityError(PipelineError):
    """A model file does not have the size or sha256 that the manifest states."""


class ModelContractError(PipelineError):
    """A model file loads, but its inputs or outputs are not those of its role."""


class InferenceError(PipelineError):
    """A model that loaded well could not work on its input."""


class FormatError(PipelineError, ValueError):
    """A transcript file cannot be read, or a transcript cannot be written in this format."""


class TranscriptionCancelled(PipelineError):  # noqa: N818 - the name reads as the event it is
    """The person who asked for the transcription has stopped it."""
