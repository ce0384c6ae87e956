"""`Idempotency-Key`: a POST that is sent twice is carried out once, and both get the same answer."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from server.accounts.actor import Actor
from server.accounts.routes import SignedIn
from server.api.models import SentOnce
from server.api.said_no import problem

HEADER: Final = "Idempotency-Key"
KEY_LENGTH: Final = 200
KEPT_FOR: Final = timedelta(hours=24)
UNDER_WAY_FOR: Final = timedelta(minutes=5)
"""A request whose process died is taken again after so long."""


def before(request: SignedIn) -> HttpResponse | None:
    """Return the answer that this request got before, or a refusal; None: carry it out."""
    key = request.headers.get(HEADER, "")
    if not key:
        return None
    if len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        return problem(422, f"{HEADER}: at most {KEY_LENGTH} printable ASCII characters")
    now = timezone.now()
    SentOnce.objects.filter(at__lt=now - KEPT_FOR).delete()
    SentOnce.objects.filter(at__lt=now - UNDER_WAY_FOR, status=0).delete()
    who, told = _who(request.actor), _told(request)
    try:
        with transaction.atomic():
            row = SentOnce.objects.create(who=who, key=key, sha256=told, at=now)
    except IntegrityError:
        return _again(SentOnce.objects.filter(who=who, key=key).first(), told)
    request.sent_once = row  # type: ignore[attr-defined]
    return None


def _again(row: SentOnce | None, told: str) -> HttpResponse:
    if row is not None and row.sha256 != told:
        return problem(409, f"This {HEADER} was sent with another request.")
    if row is None or not row.status:
        return problem(409, f"The request with this {HEADER} is still under way.")
    return HttpResponse(row.body, status=row.status, content_type=row.content_type)


def _who(actor: Actor) -> str:
    return f"{actor.user_id}/{actor.token_uid}"


def _told(request: HttpRequest) -> str:
    """Return what names a request: keyed, because a body may hold a password that a plain hash would let be guessed."""
    return salted_hmac(HEADER, f"{request.get_full_path()}\n".encode() + request.body, algorithm="sha256").hexdigest()


def kept(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return a view that keeps its answer for the same request to come; what failed by our fault may be sent again."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        status = 500
        try:
            response = view(request, *args, **kwargs)
            status = response.status_code
        finally:
            row: SentOnce | None = getattr(request, "sent_once", None)
            if row is not None and status >= 500:
                SentOnce.objects.filter(pk=row.pk).delete()
        if row is not None and isinstance(response, HttpResponse) and status < 500:
            kind = response.headers.get("Content-Type", "")
            SentOnce.objects.filter(pk=row.pk).update(status=status, body=response.content, content_type=kind)
        return response

    return answered
