"""Check of a multipart upload, while it is received, of its files and text fields."""

from __future__ import annotations

from python_multipart.multipart import MultipartParser, parse_options_header

MAX_PARTS = 100


class FormFilesError(ValueError):
    """Error for an upload that is malformed, or has too much text beside its files."""


class FormFiles:
    """Incremental parser of a multipart body that limits its parts without a file name.

    Gradio keeps all of those in memory, regardless of their size.
    """

    def __init__(self, content_type: str, *, max_text_bytes: int = 0) -> None:
        """Create a parser for a multipart body.

        Args:
            content_type: the request's Content-Type, with the boundary.
            max_text_bytes: maximum size of all text fields together; 0 to refuse them.

        Raises:
            FormFilesError: if it is not a multipart form.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise FormFilesError("An upload is a form of the type multipart/form-data.")
        self._name = b""
        self._value = b""
        self._disposition = b""
        self._num_parts = 0
        self._max_text_bytes = max_text_bytes
        self._num_text_bytes = 0
        self._is_text = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_name,
                    "on_header_value": self._add_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._check_part,
                    "on_part_data": self._check_text,
                },
            )
        except ValueError as error:  # the parser's own kinds of error: the boundary is too long
            raise FormFilesError("The form of the upload cannot be read.") from error

    def feed(self, data: bytes) -> None:
        """Parse the next chunk of the body.

        Raises:
            FormFilesError: if it is malformed, or has a text field that is not allowed.
        """
        try:
            self._parser.write(data)
        except FormFilesError:
            raise
        except ValueError as error:  # errors of the parser
            raise FormFilesError("The form of the upload cannot be read.") from error

    def _begin_part(self) -> None:
        self._num_parts += 1
        self._disposition = b""
        if self._num_parts > MAX_PARTS:
            raise FormFilesError(self._too_many_parts())

    def _too_many_parts(self) -> str:
        kinds = "files and text fields" if self._max_text_bytes else "files"
        return f"An upload holds {MAX_PARTS} {kinds} at most."

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _check_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._is_text = b"filename" not in options
        if b"name" not in options or (self._is_text and not self._max_text_bytes):
            raise FormFilesError("Every part of an upload needs a field name and a file name.")

    def _check_text(self, data: bytes, start: int, end: int) -> None:  # noqa: ARG002 - as called
        if not self._is_text:
            return
        self._num_text_bytes += end - start
        if self._num_text_bytes > self._max_text_bytes:
            raise FormFilesError(
                f"The text fields of an upload hold {self._max_text_bytes} bytes at most."
            )
