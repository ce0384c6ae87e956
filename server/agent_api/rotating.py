"""New keys of an agent: both in force at once, the old signing key taken for 24 hours more."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from collectors.link.messages import RotateReply, RotateRequest
from collectors.link.rotation import proof_holds
from server.access.models import Credential, SealedCopy
from server.agent_api.refused import Refused
from server.agents import events
from server.agents.actions import fingerprint
from server.agents.models import Agent, AgentState

FORMER: Final = timedelta(hours=24)


def rotate(agent: Agent, told: RotateRequest, now: datetime) -> RotateReply:
    """Return that the new keys are in force, with the credentials that the agent has sealed to them; raises Refused."""
    if agent.state != AgentState.APPROVED:
        raise Refused(403, "only an approved agent changes its keys")
    if not proof_holds(told.proof, agent.uid, told.signing_key, told.sealing_key):
        raise Refused(400, "the proof of the new key does not hold")
    if (agent.signing_key, agent.sealing_key) == (told.signing_key, told.sealing_key):
        return RotateReply(agent_id=agent.uid, epoch=agent.epoch)  # the answer was lost, and it asks again
    if told.signing_key in {agent.signing_key, agent.former_signing_key}:
        raise Refused(400, "the new key is not new")
    before = agent.signing_key
    try:
        with transaction.atomic():
            changed = Agent.objects.filter(pk=agent.pk, signing_key=before, state=AgentState.APPROVED).update(
                signing_key=told.signing_key,
                sealing_key=told.sealing_key,
                former_signing_key=before,
                former_until=now + FORMER,
            )
            if changed != 1:
                raise Refused(409, "the keys were changed meanwhile")
            _reseal(agent, told, now)
            agent.signing_key, agent.sealing_key = told.signing_key, told.sealing_key
            text = f"The fingerprint is now {fingerprint(agent)}"
            events.note(agent.site, agent, events.ROTATED, text, now, always=True)
    except IntegrityError as error:
        raise Refused(400, "the new key is not new") from error
    return RotateReply(agent_id=agent.uid, epoch=agent.epoch)


def _reseal(agent: Agent, told: RotateRequest, now: datetime) -> None:
    """Put the copies that the agent sealed anew in place; what it did not seal can no longer be opened, and goes."""
    own = {one.uid: one for one in Credential.objects.filter(copies__agent=agent, site_id=agent.site_id)}
    kept = []
    for one in told.credentials:
        credential = own.get(one.id)
        if credential is not None and credential.version == one.version:
            SealedCopy.objects.filter(agent=agent, credential=credential).update(
                sealed=one.sealed, version=one.version, made_at=now
            )
            kept.append(credential.pk)
    SealedCopy.objects.filter(agent=agent).exclude(credential_id__in=kept).delete()
