"""A batch from the console: planned, staged in slices, accepted; as through the API."""

from stopline.console.visits import Visit
from stopline.core.batches import SLICE_ROWS, BatchPlan
from stopline.core.errors import InvalidField
from stopline.flows import casework, outbound
from stopline.flows.outbound import BatchDraft, BatchRequest


async def send_batch(visit: Visit, sender: str, plan: BatchPlan) -> int:
    """Send a plan; returns the batch's id. Raises NotAllowed, InvalidField."""
    if not plan.accepted:
        raise InvalidField("recipients", "nobody is left to be sent to")
    request = BatchRequest(
        visit.operator.account_id, sender, len(plan.accepted), visit.parts.price_micros
    )
    draft = await visit.store.transact(casework.open_operator_batch, visit.operator, request)
    is_done = False
    try:
        first_id, last_id = await _stage(visit, draft, plan)
        await visit.store.transact(outbound.accept_batch, draft, plan.body, first_id, last_id)
        is_done = True
    finally:
        if not is_done:
            while await visit.store.transact(outbound.drop_slice, draft):
                pass
    return draft.id


async def _stage(visit: Visit, draft: BatchDraft, plan: BatchPlan) -> tuple[int, int]:
    spans = [
        await visit.store.transact(outbound.stage_messages, draft, planned, place * SLICE_ROWS)
        for place, planned in enumerate(plan.slices())
    ]
    return outbound.whole_span(draft, spans)
