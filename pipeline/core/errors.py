"""Errors of the pipeline: every message says what, which, and what to do."""


class PipelineError(Exception):
    """Base class of all expected errors of the pipeline; the message is fit for users."""


class AudioError(PipelineError, ValueError):
    """The audio cannot be used: unreadable, empty, without an audio track, or not finite."""


class EmptyFileError(AudioError):
    """The file has no bytes or no samples."""


class NotAudioError(AudioError):
    """The file is not audio, or in an unsupported format."""


class WeChatVoiceError(NotAudioError):
    """A voice message of WeChat or QQ, encoded as SILK."""


class HeaderlessSoundError(NotAudioError):
    """Samples without a header that states rate and encoding."""


class ProtectedFileError(NotAudioError):
    """Audio encrypted for a shop or player."""


class MidiFileError(NotAudioError):
    """MIDI notes, not audio."""


class PlaylistError(NotAudioError):
    """A playlist, which names audio files but contains none."""


class WebPageError(NotAudioError):
    """A web page or server error message saved as a recording."""


class ArchiveError(NotAudioError):
    """An archive of files."""


class DocumentError(NotAudioError):
    """A document or an image."""


class UnfinishedDownloadError(NotAudioError):
    """An incomplete download."""


class ZeroFilledFileError(NotAudioError):
    """A file whose space was reserved but never written."""


class NoSoundTrackError(AudioError):
    """A video without an audio track."""


class CutOffFileError(AudioError):
    """A part that is required to read the file is missing."""


class NotANumberError(AudioError):
    """Samples are NaN or infinite."""


class RecordingTooLongError(AudioError):
    """The recording exceeds the maximum length."""


class RecordingListError(PipelineError, ValueError):
    """A list of recordings cannot be read, or a line of it names no recording."""


class DownloadError(PipelineError, OSError):
    """A recording could not be downloaded."""


class AddressRefusedError(DownloadError):
    """The address is not allowed: not http, or not in the public internet."""


class OptionError(PipelineError, ValueError):
    """An option has an invalid value."""


class WorkingFileError(PipelineError, OSError):
    """A working file cannot be written; most often the disk is full."""


class ModelUnavailableError(PipelineError, FileNotFoundError):
    """The files of a model are missing and were not, or could not be, fetched."""


class ModelIntegrityError(PipelineError):
    """A model file does not have the size or sha256 of the manifest."""


class ModelContractError(PipelineError):
    """A model file loads, but its inputs or outputs do not match its role."""


class InferenceError(PipelineError):
    """A loaded model failed on its input."""


class FormatError(PipelineError, ValueError):
    """A transcript file cannot be read, or a transcript cannot be written in a format."""


class TranscriptionCancelled(PipelineError):  # noqa: N818 - the name reads as the event it is
    """The user has stopped the transcription."""
