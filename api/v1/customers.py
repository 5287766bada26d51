"""Customers over HTTP: find, and read one with their style profile."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from agent.customers.profile import StyleProfile
from agent.desk.learning.profiling import profile_of
from agent.store.queries.customers import list_customers, load_customer
from api.v1.access import CallerNeeded
from api.v1.shapes import CustomerDetail, CustomerPageOut, CustomerSummary

router = APIRouter(prefix="/customers", tags=["customers"])


@router.get("")
def find_customers(
    caller: CallerNeeded,
    *,
    q: Annotated[str, Query(max_length=200, description="part of a name, an address or a company")] = "",
    after: Annotated[str, Query(max_length=300, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CustomerPageOut:
    """Customers by address."""
    with caller.house.store.reading() as session:
        found = list_customers(session, q, after=after, limit=limit)
        items = [CustomerSummary.model_validate(line.row) for line in found.lines]
    return CustomerPageOut(items=items, next=found.following or None)


@router.get("/{customer_id}")
def read_customer(customer_id: int, caller: CallerNeeded) -> CustomerDetail:
    """One customer with record, objections, style profile and the numbers of their newest cases."""
    with caller.house.store.reading() as session:
        page = load_customer(session, customer_id)
        return CustomerDetail(
            **CustomerSummary.model_validate(page.customer).model_dump(),
            attributes=page.customer.attributes,
            objections=list(page.customer.objections or ()),
            cases=[row.id for row in page.cases],
            profile=_as_json(profile_of(page.style)),
        )


def _as_json(profile: StyleProfile) -> dict[str, Any]:
    return {
        "mails": profile.mails,
        "last_at": profile.last_at,
        "frozen": profile.frozen,
        "mood": {
            "recent": profile.mood.recent,
            "usual": profile.mood.usual,
            "trend": profile.mood.trend,
        },
        "traits": {
            name: {
                "level": trait.level,
                "confidence": round(trait.confidence, 3),
                "set_by_person": bool(trait.chosen),
            }
            for name, trait in profile.traits.items()
        },
    }
