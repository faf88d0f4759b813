"""Upload route that replaces Gradio's and stores each upload in a separate folder.

Gradio names an upload after its content, so that two people's equal files are one, and leaves
incomplete files on the disk.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from gradio.route_utils import GradioMultiPartParser, GradioUploadFile
from gradio.routes import file_upload_statuses
from gradio_client.utils import strip_invalid_filename_characters
from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from webui.auth.visitor import visitor_of
from webui.config.limits import BYTES_PER_MB
from webui.routes.handler import refusal
from webui.services.container import Services
from webui.texts.catalogue import texts_for

UPLOAD_PATH = "/gradio_api/upload"
MAX_FILES = 100  # of one form

_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

# The parser's own, and what it raises for a missing header and for parts that are not files.
_NO_UPLOAD = (MultiPartException, FormParserError, KeyError, AttributeError)

_log = logging.getLogger(__name__)


def build_upload_route(services: Services) -> Route:
    """Return the upload route, which replaces Gradio's."""
    return Route(UPLOAD_PATH, partial(_upload, services), methods=["POST"])


async def _upload(services: Services, request: Request) -> Response:
    try:
        return JSONResponse(await _received(services, request))
    except _NO_UPLOAD as error:
        if "maximum allowed size" in str(getattr(error, "message", "")):
            return _refused(request, 413, "upload.too_large", limit=services.limits.file_mb)
        return refusal(400, "bad_request", message="An upload is a form whose parts are files.")
    except ClientDisconnect:
        return Response(status_code=400)  # to nobody
    except OSError as error:
        _log.warning("an upload cannot be stored: %s", error.strerror)
        if error.errno in _DISK_FULL:
            return _refused(request, 507, "upload.disk_full")
        return _refused(request, 500, "upload.not_stored")


async def _received(services: Services, request: Request) -> list[str]:
    """Store the files of an upload and return their paths, which Gradio's client then uses."""
    upload_id = request.query_params.get("upload_id")
    uploads = services.uploads
    visitor = visitor_of(request.scope)
    with uploads.receiving() as folder:
        parser = _Parser(
            request.headers,
            request.stream(),
            max_files=MAX_FILES,
            max_fields=MAX_FILES,
            upload_dir=str(folder),
            upload_id=upload_id,
            upload_progress=file_upload_statuses if upload_id else None,
            max_file_size=services.limits.file_mb * BYTES_PER_MB,
        )
        try:
            async with _progress_of(upload_id):
                form = await parser.parse()
        finally:
            parser.close_files()
        files = [each for each in form.getlist("files") if isinstance(each, GradioUploadFile)]
        if not files:
            raise MultiPartException("There is no file in the form.")
        sender = visitor.address or visitor.owner
        return [
            str(uploads.add(Path(str(each.file.name)), _name_of(each), sender=sender))
            for each in files
        ]


class _Parser(GradioMultiPartParser):
    """Gradio's multipart parser with a method that closes its files, to free disk space."""

    def close_files(self) -> None:
        """Close all received files, complete or not."""
        for each in self._files_to_close_on_error:
            with suppress(OSError):  # what is not written yet has no room on a full disk
                each.close()


def _name_of(file: GradioUploadFile) -> str:
    name = strip_invalid_filename_characters(Path(file.filename or "").name)
    return name if name.strip(". ") else "recording"


@asynccontextmanager
async def _progress_of(upload_id: str | None) -> AsyncIterator[None]:
    """End the progress display of an upload if the block raises an exception."""
    try:
        yield
    except BaseException:
        if upload_id:
            file_upload_statuses.stop_tracking(upload_id)
        raise


def _refused(request: Request, status: int, key: str, **values: int) -> Response:
    """Return the error response for a refused upload, with a text key and a message."""
    code = key.rpartition(".")[2]
    is_chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    message = texts_for("zh" if is_chinese else "en")[key].format_map(values)
    return refusal(status, code, key=key, values=values, message=message)
