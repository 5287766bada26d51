"""The last part of an erasure: what the database's files still hold of rows that are gone.

SQLite keeps the old words in its files until nobody reads a state of before; a crash may come in between as well. So
the erasure itself notes that this is to be done, in the same transaction, and the scheduler does it where it could not
be done at once.
"""

from dataclasses import replace

from sqlalchemy import delete, select

from agent.desk.customers.rights import Receipt
from agent.desk.house import House
from agent.store.tables import UnfinishedErasureRow

_BEING_READ = (
    "Old pages of the database's files, which another program is reading. "
    "They are overwritten within a minute of its end, as long as `genklang up` runs."
)
_UNTIL_VACUUM = (
    "Dead rows in PostgreSQL's files and write-ahead log, "
    "until the server has vacuumed and used their space again."
)


def forget_traces(house: House) -> bool:
    """Do what erasures have left to be done; False where somebody still reads. Nothing happens where none is left."""
    with house.store.reading() as session:
        unfinished = list(session.scalars(select(UnfinishedErasureRow.id)))
    if not unfinished:
        return True
    if not house.store.forget_deleted():
        return False
    with house.store.writing() as unit:
        unit.session.execute(delete(UnfinishedErasureRow).where(UnfinishedErasureRow.id.in_(unfinished)))
    return True


def finish_erasure(house: House, receipt: Receipt) -> Receipt:
    """Call it once the erasure has been committed: the receipt with what the database still holds, if anything."""
    if not forget_traces(house):
        return replace(receipt, remains=(_BEING_READ, *receipt.remains))
    if house.store.engine.dialect.name == "postgresql":
        return replace(receipt, remains=(_UNTIL_VACUUM, *receipt.remains))
    return receipt
