"""The Smolensk regional plan, imported from its document into a small region of its own."""

from __future__ import annotations

from compliance.models import Organisation, Plan
from compliance.services.documents.imports import Request, import_document
from tests.building import factories as make
from tests.building.places import DOCUMENTS

DOCUMENT = DOCUMENTS / "smolensk-regional-plan-2017-2018.txt"


def smolensk_region() -> make.Region:
    """A region whose ministry is the plan's department."""
    region = make.region()
    Organisation.objects.filter(pk=region.ministry.pk).update(
        name="Департамент Смоленской области по социальному развитию"
    )
    Organisation.objects.filter(pk=region.council.pk).update(
        name="Общественный совет при Департаменте Смоленской области по социальному развитию"
    )
    return region


def in_this_year(text: str, year: int) -> str:
    """The document with its two years moved to this one and the next."""
    return text.replace("2017", str(year)).replace("2018", str(year + 1))


def imported(region: make.Region, *, year: int | None = None) -> Plan:
    """The plan as a draft; with `year` moved to that year and the next."""
    text = DOCUMENT.read_text(encoding="utf-8")
    if year is not None:
        text = in_this_year(text, year)
    act = make.act(region.coordinator)
    import_document(text.encode(), DOCUMENT.name, Request(), act=act)
    return Plan.objects.get()
