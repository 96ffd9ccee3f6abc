"""What a handler may know about its request, and what it may say about the answer besides the body."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = re.compile(r"x-[a-z0-9-]{1,126}")
_VALUE = re.compile(r"[\t\x20-\x7e]{0,1024}")  # SageMaker cuts its custom attributes at 1024 characters
_CUSTOM_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"


class Context:
    """Given to handler functions that take one parameter more than they must: `predict_fn(data, model,
    context)`.

    The methods with an `index` are those of the contexts of SageMaker's toolkit, where it is always 0.
    """

    __slots__ = (
        "_headers",
        "accept",
        "body",
        "content_type",
        "model_dir",
        "model_name",
        "request_id",
        "response_content_type",
        "response_headers",
    )

    def __init__(
        self,
        model_dir: str,
        model_name: str = "",
        request_id: str = "",
        content_type: str = "",
        accept: str = "",
        body: bytes = b"",
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        self.model_dir = model_dir
        self.model_name = model_name
        self.request_id = request_id
        self.content_type = content_type
        self.accept = accept
        self.body = body
        self.response_content_type = ""
        self.response_headers: list[tuple[bytes, bytes]] = []
        self._headers = headers

    @property
    def system_properties(self) -> dict[str, object]:
        """As in SageMaker's toolkit: the model's folder, and no GPU that the server would have chosen."""
        return {"model_dir": self.model_dir, "gpu_id": None}

    @property
    def custom_attributes(self) -> str:
        """The `X-Amzn-SageMaker-Custom-Attributes` of the request."""
        return self.header(_CUSTOM_ATTRIBUTES) or ""

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case; None if there is none."""
        wanted = name.lower().encode("latin-1", "replace")
        return next((value.decode("latin-1") for key, value in self._headers if key == wanted), None)

    def get_request_header(self, index: int, key: str) -> str | None:
        """`header(key)`."""
        return self.header(key)

    def get_all_request_header(self, index: int) -> dict[str, str]:
        """All request headers; names in lower case."""
        return {key.decode("latin-1"): value.decode("latin-1") for key, value in self._headers}

    def set_response_content_type(self, index: int, value: str) -> None:
        """Name the answer's media type, where it is not the one that was asked for."""
        if _VALUE.fullmatch(value) is None or "/" not in value:
            raise ValueError(f"{value!r} is not a media type")
        self.response_content_type = value

    def set_response_header(self, index: int, key: str, value: str) -> None:
        """Add an `X-...` header to the answer, such as `X-Amzn-SageMaker-Custom-Attributes`.

        Raises:
            ValueError: for any other name (the rest belongs to the server), and for a value over 1024
                characters or with characters that would begin another header.
        """
        if _NAME.fullmatch(key.lower()) is None or key.lower() == "x-request-id":
            raise ValueError(f"a handler may set X-... headers only, not {key!r}")
        if _VALUE.fullmatch(value) is None:
            raise ValueError(f"the value of {key} is too long or not printable ASCII")
        self.response_headers.append((key.lower().encode(), value.encode()))
