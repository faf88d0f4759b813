"""Errors of the pipeline, with messages that name the problem and the remedy."""


class PipelineError(Exception):
    """Base class of all expected errors of the pipeline, with messages for users."""


class AudioError(PipelineError, ValueError):
    """Error for audio that is unreadable, empty, not finite or without a sound track."""


class EmptyFileError(AudioError):
    """Error for a file without bytes or samples."""


class NotAudioError(AudioError):
    """Error for a file that is not audio or has an unsupported format."""


class WeChatVoiceError(NotAudioError):
    """Error for a voice message of WeChat or QQ, encoded as SILK."""


class HeaderlessSoundError(NotAudioError):
    """Error for samples without a header that states their rate and encoding."""


class ProtectedFileError(NotAudioError):
    """Error for DRM-protected audio that only the vendor's player can play."""


class MidiFileError(NotAudioError):
    """Error for a MIDI file, which holds notes instead of audio."""


class PlaylistError(NotAudioError):
    """Error for a playlist, which refers to audio files but contains none."""


class WebPageError(NotAudioError):
    """Error for a web page or server error message saved as a recording."""


class ArchiveError(NotAudioError):
    """Error for an archive of files."""


class DocumentError(NotAudioError):
    """Error for a document or an image."""


class UnfinishedDownloadError(NotAudioError):
    """Error for an incomplete download."""


class ZeroFilledFileError(NotAudioError):
    """Error for a file that consists of zero bytes, such as a preallocated file never written."""


class NoSoundTrackError(AudioError):
    """Error for a video without a sound track."""


class CutOffFileError(AudioError):
    """Error for a truncated file that lacks a part required to read it."""


class NotANumberError(AudioError):
    """Error for samples that are NaN or infinite."""


class RecordingTooLongError(AudioError):
    """Error for a recording that exceeds the maximum length."""


class RecordingListError(PipelineError, ValueError):
    """Error for a list of recordings that cannot be read or has an invalid line."""


class DownloadError(PipelineError, OSError):
    """Error for a recording that could not be downloaded."""


class AddressRefusedError(DownloadError):
    """Error for an address that is not http, or not in the public internet."""


class OptionError(PipelineError, ValueError):
    """Error for an option with an invalid value."""


class WorkingFileError(PipelineError, OSError):
    """Error for a working file that cannot be read or written, for example on a full disk."""


class ModelUnavailableError(PipelineError, FileNotFoundError):
    """Error for a model whose files are missing and were not, or could not be, downloaded."""


class ModelIntegrityError(PipelineError):
    """Error for a model file that is damaged, or differs in size or SHA-256 from the manifest."""


class ModelContractError(PipelineError):
    """Error for a model file whose contents do not match the expected interface."""


class InferenceError(PipelineError):
    """Error for a loaded model that failed on its input."""


class FormatError(PipelineError, ValueError):
    """Error for a transcript file that cannot be read, or a format that cannot be written."""


class TranscriptionCancelled(PipelineError):  # noqa: N818 - the name reads as the event it is
    """Exception that ends a transcription when the user has cancelled it."""
