"""Upload route that replaces Gradio's and stores each upload in a separate folder.

Gradio names an upload after its content, so that two people's equal files are one, and leaves
incomplete files on the disk.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from gradio.route_utils import GradioMultiPartParser, GradioUploadFile
from gradio.routes import file_upload_statuses
from gradio_client.utils import strip_invalid_filename_characters
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from webui.auth.visitor import visitor_of
from webui.config.limits import BYTES_PER_MB
from webui.routes.handler import refusal
from webui.services.container import Services
from webui.services.disk_space import check_room
from webui.services.runs.uploads import MAX_RECEIVED, TooManyUploadsError
from webui.texts.catalogue import texts_for

UPLOAD_PATH = "/gradio_api/upload"
MAX_FILES = 100  # of one form

_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

# The parser's own, and what it raises for a missing header and for parts that are not files.
_NO_UPLOAD = (MultiPartException, FormParserError, KeyError, AttributeError)
UPLOAD_ERRORS = (*_NO_UPLOAD, ClientDisconnect, TooManyUploadsError, OSError)
"""Exceptions of a form that is malformed, too large, aborted or cannot be stored."""

_log = logging.getLogger(__name__)


def build_upload_route(services: Services) -> Route:
    """Return the upload route, which replaces Gradio's."""
    return Route(UPLOAD_PATH, partial(_upload, services), methods=["POST"])


async def _upload(services: Services, request: Request) -> Response:
    upload_id = request.query_params.get("upload_id")
    try:
        async with received_form(services, request, upload_id=upload_id) as form:
            files = [each for each in form.getlist("files") if isinstance(each, GradioUploadFile)]
            if not files:
                raise MultiPartException("There is no file in the form.")
            return JSONResponse([str(stored_upload(services, request, each)) for each in files])
    except UPLOAD_ERRORS as error:
        return upload_refusal(services, request, error)


@asynccontextmanager
async def received_form(
    services: Services, request: Request, *, max_fields: int = 0, upload_id: str | None = None
) -> AsyncIterator[FormData]:
    """Receive a form whose files exist until the end of the block.

    Args:
        services: services of the app, with the folder of uploads.
        request: its body is the form.
        max_fields: maximum number of text fields, whose size BodyLimits has checked.
        upload_id: id for which the page requests the progress; None without progress.

    Raises:
        Exception: one of UPLOAD_ERRORS.
    """
    with services.uploads.receiving(sender=visitor_of(request.scope).quota_key) as folder:
        parser = _Parser(
            request.headers,
            _blocks(request, folder),
            max_files=MAX_FILES,
            max_fields=max_fields,
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
        yield form


def stored_upload(services: Services, request: Request, file: GradioUploadFile) -> Path:
    """Move a received file to the uploads and return its path.

    Raises:
        OSError: if it cannot be moved.
    """
    received = Path(str(file.file.name))
    return services.uploads.add(
        received, _name_of(file), sender=visitor_of(request.scope).quota_key
    )


def upload_refusal(services: Services, request: Request, error: Exception) -> Response:
    """Return the error response for an upload that failed with one of UPLOAD_ERRORS."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)  # to nobody
    if isinstance(error, TooManyUploadsError):
        return _refused(request, 429, "upload.too_many", limit=MAX_RECEIVED)
    if isinstance(error, OSError):
        _log.warning("an upload cannot be stored: %s", error.strerror)
        if error.errno in _DISK_FULL:
            return _refused(request, 507, "upload.disk_full")
        return _refused(request, 500, "upload.not_stored")
    if "maximum allowed size" in str(getattr(error, "message", "")):
        return _refused(request, 413, "upload.too_large", limit=services.limits.file_mb)
    return refusal(400, "bad_request", message="An upload is a form whose parts are files.")


async def _blocks(request: Request, folder: Path) -> AsyncGenerator[bytes, None]:
    """Yield the blocks of a request's body; raise OSError once the folder's disk is nearly full."""
    async for block in request.stream():
        check_room(folder)  # other uploads grow at the same time
        yield block


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
